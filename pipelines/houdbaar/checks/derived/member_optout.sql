-- Members who can be mailed although the person opted out, by the as-of date and no later than the export: one row a member's row and way.
-- is_switched: the mail tool had it and was changed since; else it was never carried out. finding: FAIL, UNDETERMINED, or PASS (renewed).
-- reads: mail_state, mail_member, mail_optout, mail_optin | binds: as_of, marketing_unsubscribe_scope, time_zone
with

state as (

    select source, file, row, record_key, person, list_id, is_current and status = 'subscribed' as is_mailable
    from mail_state

),

mailable as (

    select
        state.source, state.file, state.row, state.record_key, state.person, state.list_id, mail_member.snapshot_at,
        latest_moment(mail_member.changed_at, mail_member.changed_at_last_date, $time_zone) as changed_at,
        coalesce(lower(trim(mail_member.signup_source)) in ('import', 'staff'), false) as is_brought_in
    from state
    inner join mail_member on state.source = mail_member.source and state.file = mail_member.file and state.row = mail_member.row
    where state.is_mailable

),

-- It was off in an earlier export of the same member.
was_off as (

    select distinct source, record_key
    from mail_member
    where lower(trim(status)) = 'unsubscribed' and record_key is not null

),

paired as (

    select
        mailable.source, mailable.file, mailable.row, mailable.person, mailable.list_id,
        mail_optout.earliest_at, mail_optout.latest_at, mail_optout.issue,
        coalesce(mail_optout.earliest_at > mailable.snapshot_at, false) as is_newer_than_state,
        mail_optout.origin = 'unsubscribed' and coalesce(mail_optout.list_id = mailable.list_id, true)
        and (mailable.is_brought_in or was_off.record_key is not null or coalesce(mailable.changed_at > mail_optout.latest_at, false))
            as is_switched
    from mailable
    inner join mail_optout on mailable.person = mail_optout.person
    left join was_off on mailable.source = was_off.source and mailable.record_key = was_off.record_key
    where
        ($marketing_unsubscribe_scope = 'global' or mail_optout.list_id is null or mail_optout.list_id = mailable.list_id)
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
    case when bool_or(is_renewed) then 'PASS' when bool_or(is_perhaps_renewed) or is_newer_than_state then 'UNDETERMINED' else 'FAIL' end
        as finding,
    case when is_newer_than_state then 'the export is older than the opt-out' else coalesce(issue, 'DQ-TS-PRECISION') end as reason,
    cast(timezone($time_zone, earliest_at) as date) as first_date,
    cast(timezone($time_zone, latest_at) as date) as last_date
from renewed
group by source, file, row, is_switched, is_newer_than_state, issue, earliest_at, latest_at
