-- Who asked for marketing, when, and for which list: one row an act. list_id NULL: any list.
-- An address that came in with an order or a question is not yet a request for mail: only its confirmation is (domain.md 1, C-22-2).
-- reads: mail_member, mail_log, mail_register_act | binds: time_zone | kept: until read
with

own as (

    select
        person_of(email, email_md5) as person,
        list_id,
        opted_in_at, opted_in_at_first_date, opted_in_at_last_date, opted_in_at_issue,
        confirmed_at, confirmed_at_first_date, confirmed_at_last_date, confirmed_at_issue,
        is_of_question(signup_source) or is_of_sale(signup_source) or coalesce(lower(trim(status)) = 'pending', false) as is_unasked
    from mail_member
    where not is_brought_in(signup_source, opted_in_at, confirmed_at, opt_in_ip, confirm_ip, $time_zone)

),

act as (

    select
        person, list_id, opted_in_at as act_at, opted_in_at_first_date as first_date, opted_in_at_last_date as last_date,
        opted_in_at_issue as issue
    from own
    where not is_unasked
    union all
    select
        person, list_id, confirmed_at as act_at, confirmed_at_first_date as first_date, confirmed_at_last_date as last_date,
        confirmed_at_issue as issue
    from own
    union all
    select
        person_of(email, email_md5) as person, nullif(list_id, '') as list_id, happened_at as act_at, first_date, last_date,
        case when issue in ('DQ-TS-NULL', 'DQ-TS-SENTINEL') then 'DQ-TS-PARSE' else issue end as issue -- there was one, some day
    from mail_log
    where kind in ('opt_in', 'confirm')

),

united as (

    select
        person, list_id,
        earliest_moment(act_at, first_date, $time_zone) as earliest_at, latest_moment(act_at, last_date, $time_zone) as latest_at, issue
    from act
    -- An empty time of opt-in says that there was none.
    where first_date is not null or coalesce(issue, 'DQ-TS-NULL') not in ('DQ-TS-NULL', 'DQ-TS-SENTINEL')
    union all
    select person, null as list_id, earliest_at, latest_at, issue
    from mail_register_act
    where act = 'grant'

)

select distinct person, list_id, earliest_at, latest_at, issue
from united
where person is not null and coalesce(issue, '') <> 'DQ-TS-FUTURE'
