-- What counts of people's acts by the as-of date, one row a person, list and kind of act: most have many acts, of few kinds.
-- oldest_date and first_date: the oldest and the newest act's earliest reading; last_date: the newest one's latest.
-- reads: mail_response | binds: as_of | kept: until read
with

-- is_by_now: an act counts if it can have happened by the as-of date; NULL: one without a usable date may have happened on that very day.
response as (

    select
        person, list_id, is_counted, counterfactual, issue, first_date <= $as_of as is_by_now,
        min(first_date) as oldest_date, max(first_date) as first_date, max(least(coalesce(last_date, $as_of), $as_of)) as last_date
    from mail_response
    group by person, list_id, is_counted, counterfactual, issue, is_by_now

)

select
    person, list_id, counterfactual, issue,
    is_counted and coalesce(is_by_now, true) as is_answer,
    is_counted and not is_by_now as is_to_come,
    not is_counted and counterfactual is not null and is_by_now as is_sign,
    not is_counted and counterfactual is null as is_missing,
    is_by_now is null as is_undated,
    oldest_date, first_date, last_date
from response
