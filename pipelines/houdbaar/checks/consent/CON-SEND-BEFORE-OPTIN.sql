-- CON-SEND-BEFORE-OPTIN: marketing sent before the person asked for it
-- clause: C-22-1 | grain: month | judges: sends | entity: mail_send | requires: mail_member or consent
-- reads: send_basis, mail_optout, mail_state
with

-- Mail tools keep the newest sign-up only: who left and came back signed up before, nobody knows when.
left_before as (

    select person, min(earliest_at) as earliest_at
    from mail_optout
    where is_certain
    group by person

),

-- Who never confirmed the sign-up has not asked yet.
pending as (

    select distinct person
    from mail_state
    where is_current and status = 'pending'

),

basis as (

    select
        send_basis.source, send_basis.file, send_basis.row, send_basis.optin, send_basis.sale, send_basis.issue,
        send_basis.has_asked or (pending.person is not null and not send_basis.is_of_question) as is_by_request,
        coalesce(left_before.earliest_at < coalesce(send_basis.asked_earliest_at, timestamptz '9999-12-31 00:00:00+00'), false)
            as has_left_before
    from send_basis
    left join left_before on send_basis.person = left_before.person
    left join pending on send_basis.person = pending.person

)

select
    source,
    file,
    row,
    case
        when not is_by_request then 'OUT_OF_SCOPE'
        when optin = 'before' or sale = 'before' then 'PASS'
        when optin = 'perhaps' or sale = 'perhaps' or has_left_before then 'UNDETERMINED'
        else 'FAIL'
    end as verdict,
    case
        when optin = 'perhaps' or sale = 'perhaps' then coalesce(issue, 'DQ-TS-PRECISION')
        when has_left_before then 'an earlier sign-up is not known'
    end as reason
from basis
