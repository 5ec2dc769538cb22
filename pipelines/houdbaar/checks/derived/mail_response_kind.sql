-- What counts of people's acts by the as-of date, one row a person, list and kind of act: most have many acts, of few kinds.
-- oldest_date and first_date: the oldest and the newest act's earliest reading; last_date: the newest one's latest.
-- reads: mail_response | binds: as_of | kept: until read
with

-- An act counts if it can have happened by the as-of date; one without a usable date may have happened on that very day.
response as (

    select
        person, list_id, counterfactual, issue, first_date,
        least(coalesce(last_date, $as_of), $as_of) as last_date,
        is_counted and coalesce(first_date <= $as_of, true) as is_answer,
        is_counted and first_date > $as_of as is_to_come,
        not is_counted and counterfactual is not null and first_date <= $as_of as is_sign,
        not is_counted and counterfactual is null as is_missing
    from mail_response

)

select
    person, list_id, counterfactual, issue, is_answer, is_to_come, is_sign, is_missing, first_date is null as is_undated,
    min(first_date) as oldest_date, max(first_date) as first_date, max(last_date) as last_date
from response
group by person, list_id, counterfactual, issue, is_answer, is_to_come, is_sign, is_missing, first_date is null
