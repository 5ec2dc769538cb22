-- Members who can be mailed although the person opted out, by the as-of date and no later than the export: one row a member's row and way.
-- is_switched: the mail tool had it and was changed since; else it was never carried out. finding: FAIL, UNDETERMINED, or PASS (renewed).
-- reads: mailable_member, mail_optout, mail_optin | binds: as_of, marketing_unsubscribe_scope, time_zone
with

paired as (

    select
        mailable_member.source, mailable_member.file, mailable_member.row, mailable_member.person, mailable_member.list_id,
        mail_optout.earliest_at, mail_optout.latest_at, mail_optout.issue, mail_optout.is_certain,
        coalesce(mail_optout.earliest_at > mailable_member.snapshot_at, false) as is_newer_than_state,
        mail_optout.origin = 'unsubscribed' and coalesce(mail_optout.list_id = mailable_member.list_id, true)
        and (
            mailable_member.is_brought_in
            or not mailable_member.is_off
            and (mailable_member.was_off or coalesce(mailable_member.changed_at > mail_optout.latest_at, false))
        ) as is_switched
    from mailable_member
    inner join mail_optout on mailable_member.person = mail_optout.person
    where
        ($marketing_unsubscribe_scope = 'global' or mail_optout.list_id is null or mail_optout.list_id = mailable_member.list_id)
        and coalesce(cast(timezone($time_zone, mail_optout.earliest_at) as date) <= $as_of, true)

),

renewed as (

    select
        paired.*,
        coalesce(mail_optin.earliest_at > paired.latest_at, false) as is_renewed,
        mail_optin.person is not null as is_perhaps_renewed
    from paired
    left join mail_optin
        on
            paired.person = mail_optin.person
            and coalesce(paired.list_id = mail_optin.list_id, true)
            and coalesce(paired.earliest_at < mail_optin.latest_at, true)
            and coalesce(cast(timezone($time_zone, mail_optin.earliest_at) as date) <= $as_of, true)

)

select
    source, file, row, is_switched,
    case
        when bool_or(is_renewed) then 'PASS'
        when bool_or(is_perhaps_renewed) or is_newer_than_state or not is_certain then 'UNDETERMINED'
        else 'FAIL'
    end as finding,
    case
        when is_newer_than_state then 'the export is older than the opt-out'
        when is_certain then coalesce(issue, 'DQ-TS-PRECISION')
        else 'the phone number of who refused'
    end as reason,
    cast(timezone($time_zone, earliest_at) as date) as first_date,
    cast(timezone($time_zone, latest_at) as date) as last_date
from renewed
group by source, file, row, is_switched, is_newer_than_state, is_certain, issue, earliest_at, latest_at
