-- Who said no to marketing, when, and where it stands: one row an opt-out. list_id NULL: about all lists.
-- origin: unsubscribed (in the mail tool), suppressed, objection, withdrawal. Without a date it lies somewhere before latest_at.
-- is_certain false: who refused is known by a phone number alone, which this person has.
-- reads: mail_member, mail_log, mail_register_act, suppressed | binds: time_zone | kept: until read
with

unsubscribed as (

    select
        person_of(email, email_md5) as person,
        list_id,
        earliest_moment(unsubscribed_at, unsubscribed_at_first_date, $time_zone) as earliest_at,
        coalesce(latest_moment(unsubscribed_at, unsubscribed_at_last_date, $time_zone), snapshot_at) as latest_at,
        unsubscribed_at_issue as issue
    from mail_member
    where
        unsubscribed_at_first_date is not null
        or coalesce(unsubscribed_at_issue, 'DQ-TS-NULL') not in ('DQ-TS-NULL', 'DQ-TS-SENTINEL')
        or lower(trim(status)) = 'unsubscribed'
    union all
    select
        person_of(email, email_md5) as person,
        nullif(list_id, '') as list_id,
        earliest_moment(happened_at, first_date, $time_zone) as earliest_at,
        latest_moment(happened_at, last_date, $time_zone) as latest_at,
        issue
    from mail_log
    where kind = 'unsubscribe'

),

united as (

    select 'unsubscribed' as origin, true as is_certain, person, list_id, earliest_at, latest_at, issue
    from unsubscribed
    union all
    select act as origin, is_certain, person, null as list_id, earliest_at, latest_at, issue
    from mail_register_act
    where act in ('objection', 'withdrawal')
    union all
    select 'suppressed' as origin, true as is_certain, person, null as list_id, earliest_at, latest_at, issue
    from suppressed

)

select distinct origin, is_certain, person, list_id, earliest_at, latest_at, issue
from united
where person is not null
