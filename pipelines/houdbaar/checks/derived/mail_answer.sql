-- The newest answer of each member of a list, one row a source and record key: over all lists of the person or, by knob, the member's own.
-- All those lists' mail activity is at hand from covered_since through the as-of date; NULL when one of them lacks it.
-- first_date and last_date: the newest answer's earliest and latest reading. counterfactual: a newer sign that a knob would make an answer.
-- reads: mail_state, mail_response, activity_coverage | binds: as_of, marketing_response_scope
with

person_list as (

    select distinct member.source, member.record_key, fellow.list_id
    from mail_state as member
    inner join mail_state as fellow
        on
            member.person = fellow.person
            and ($marketing_response_scope = 'person' or member.list_id = fellow.list_id)

),

current_coverage as (

    select list_id, min(covers_from) as covers_from
    from activity_coverage
    where covers_to >= $as_of
    group by list_id

),

covered as (

    select
        person_list.source,
        person_list.record_key,
        case when count(current_coverage.covers_from) = count(*) then max(current_coverage.covers_from) end as covered_since
    from person_list
    left join current_coverage on person_list.list_id = current_coverage.list_id
    group by person_list.source, person_list.record_key

),

-- An act counts if it can have happened by the as-of date; one without a usable date may have happened on that very day.
response as (

    select
        person, list_id, is_counted, counterfactual, issue, first_date,
        least(coalesce(last_date, $as_of), $as_of) as last_date
    from mail_response
    where first_date is null or first_date <= $as_of

),

answered as (

    select
        mail_state.source,
        mail_state.record_key,
        max(response.first_date) filter (where response.is_counted) as first_date,
        max(response.last_date) filter (where response.is_counted) as last_date,
        arg_max(response.issue, response.last_date) filter (where response.is_counted and response.issue is not null) as issue,
        max(response.first_date) filter (where not response.is_counted) as counterfactual_date,
        arg_max(response.counterfactual, response.first_date) filter (where not response.is_counted) as counterfactual
    from mail_state
    inner join response
        on
            mail_state.person = response.person
            and ($marketing_response_scope = 'person' or response.list_id is null or mail_state.list_id = response.list_id)
    group by mail_state.source, mail_state.record_key

)

select
    mail_state.source, mail_state.record_key, covered.covered_since, answered.first_date, answered.last_date, answered.issue,
    answered.counterfactual_date, answered.counterfactual
from mail_state
left join covered on mail_state.source = covered.source and mail_state.record_key = covered.record_key
left join answered on mail_state.source = answered.source and mail_state.record_key = answered.record_key
