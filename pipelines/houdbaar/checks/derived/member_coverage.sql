-- Since when, through the as-of date, mail activity is at hand of every list that a member's answers may come from: all lists of the person
-- or, by knob, the member's own. One row a source and record key; NULL where one of those lists lacks it.
-- reads: mail_state, activity_coverage | binds: as_of, marketing_response_scope | kept: until read
with

member as (

    select distinct source, record_key, person, list_id
    from mail_state

),

person_list as (

    select distinct member.source, member.record_key, fellow.list_id
    from member
    inner join member as fellow
        on
            member.person = fellow.person
            and ($marketing_response_scope = 'person' or member.list_id = fellow.list_id)

),

current_coverage as (

    select list_id, min(covers_from) as covers_from
    from activity_coverage
    where covers_to >= $as_of
    group by list_id

)

select
    person_list.source,
    person_list.record_key,
    case when count(current_coverage.covers_from) = count(*) then max(current_coverage.covers_from) end as covered_since
from person_list
left join current_coverage on person_list.list_id = current_coverage.list_id
group by person_list.source, person_list.record_key
