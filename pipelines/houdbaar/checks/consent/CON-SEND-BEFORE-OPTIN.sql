-- CON-SEND-BEFORE-OPTIN: marketing sent before the person asked for it
-- clause: C-22-1 | grain: month | judges: sends | entity: mail_send | requires: mail_member or consent
-- reads: send_basis, mail_optout
with

-- Mail tools keep the newest sign-up only: who left and came back signed up before, nobody knows when.
left_before as (

    select person, min(earliest_at) as earliest_at
    from mail_optout
    group by person

)

select
    send_basis.source,
    send_basis.file,
    send_basis.row,
    case
        when not send_basis.has_asked then 'OUT_OF_SCOPE'
        when send_basis.optin = 'before' or send_basis.sale = 'before' then 'PASS'
        when send_basis.optin = 'perhaps' or send_basis.sale = 'perhaps' or left_before.earliest_at < send_basis.asked_earliest_at
            then 'UNDETERMINED'
        else 'FAIL'
    end as verdict,
    case
        when send_basis.optin = 'perhaps' or send_basis.sale = 'perhaps' then coalesce(send_basis.issue, 'DQ-TS-PRECISION')
        when left_before.earliest_at < send_basis.asked_earliest_at then 'an earlier sign-up is not known'
    end as reason
from send_basis
left join left_before on send_basis.person = left_before.person
