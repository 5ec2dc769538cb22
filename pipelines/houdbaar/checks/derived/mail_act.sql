-- What people did with mailings that can answer us, without what scanners did (domain.md 2.5): one row an act; none with a future stamp.
-- opened_by: of an open, whether a machine or a human made it.
-- reads: mail_log, scanned_click | made: view
select
    mail_log.person, mail_log.list_id, mail_log.happened_at, mail_log.first_date, mail_log.last_date, mail_log.issue,
    case when mail_log.kind = 'open' then if(mail_log.is_machine_open, 'machine', 'human') end as opened_by
from mail_log
left join scanned_click
    on
        mail_log.kind = 'click'
        and mail_log.campaign_id = scanned_click.campaign_id
        and mail_log.person = scanned_click.person
        and mail_log.happened_at = scanned_click.happened_at
where
    mail_log.kind in ('open', 'click', 'reply', 'form', 'survey', 'opt_in', 'confirm', 'preference', 'order')
    and not (mail_log.kind = 'click' and mail_log.is_bot)
    and scanned_click.person is null
    and coalesce(mail_log.issue, '') <> 'DQ-TS-FUTURE'
