-- CON-WITHDRAWN: marketing sent after the person withdrew consent
-- clause: C-61-5 | grain: month | judges: sends | entity: mail_send | requires: consent or request
-- reads: mail_sent, send_after_optout
select
    mail_sent.source,
    mail_sent.file,
    mail_sent.row,
    'suppress' as action,
    coalesce(send_after_optout.finding, 'PASS') as verdict,
    send_after_optout.reason
from mail_sent
left join send_after_optout
    on
        mail_sent.source = send_after_optout.source
        and mail_sent.file = send_after_optout.file
        and mail_sent.row = send_after_optout.row
        and send_after_optout.origin = 'withdrawal'
