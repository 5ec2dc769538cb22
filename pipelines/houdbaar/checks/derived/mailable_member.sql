-- Members who can be mailed at the as-of date: one row a member's row.
-- is_brought_in: by staff or an import. was_off: an earlier export has the same member unsubscribed. is_off: a row of the same exports
-- still has, so nothing says that anybody switched it on.
-- reads: mail_state, mail_member | binds: time_zone | kept: until read
with

was_off as (

    select source, record_key, min(snapshot_date) as first_date
    from mail_member
    where lower(trim(status)) = 'unsubscribed' and record_key is not null
    group by source, record_key

),

is_off as (

    select distinct source, record_key
    from mail_state
    where is_current and status = 'unsubscribed' and record_key is not null

)

select
    state.source, state.file, state.row, state.person, state.list_id, mail_member.snapshot_at,
    latest_moment(mail_member.changed_at, mail_member.changed_at_last_date, $time_zone) as changed_at,
    coalesce(lower(trim(mail_member.signup_source)) in ('import', 'staff'), false) as is_brought_in,
    coalesce(was_off.first_date < mail_member.snapshot_date, false) as was_off,
    is_off.record_key is not null as is_off
from mail_state as state
inner join mail_member on state.source = mail_member.source and state.file = mail_member.file and state.row = mail_member.row
left join was_off on state.source = was_off.source and state.record_key = was_off.record_key
left join is_off on state.source = is_off.source and state.record_key = is_off.record_key
where state.is_current and state.status = 'subscribed'
