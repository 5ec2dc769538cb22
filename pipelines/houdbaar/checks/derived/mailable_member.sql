-- Members who can be mailed at the as-of date: one row a member's row.
-- is_brought_in: by staff or an import. was_off: another export has the same member unsubscribed.
-- reads: mail_state, mail_member | binds: time_zone
with

was_off as (

    select distinct source, record_key
    from mail_member
    where lower(trim(status)) = 'unsubscribed' and record_key is not null

)

select
    state.source, state.file, state.row, state.person, state.list_id, mail_member.snapshot_at,
    latest_moment(mail_member.changed_at, mail_member.changed_at_last_date, $time_zone) as changed_at,
    coalesce(lower(trim(mail_member.signup_source)) in ('import', 'staff'), false) as is_brought_in,
    was_off.record_key is not null as was_off
from mail_state as state
inner join mail_member on state.source = mail_member.source and state.file = mail_member.file and state.row = mail_member.row
left join was_off on state.source = was_off.source and state.record_key = was_off.record_key
where state.is_current and state.status = 'subscribed'
