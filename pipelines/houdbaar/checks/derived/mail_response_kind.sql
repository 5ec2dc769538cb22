-- What counts of people's acts by the as-of date, one row a person, list and kind of act: most have many acts, of few kinds.
-- oldest_date and first_date: the oldest and the newest act's earliest reading; last_date: the newest one's latest.
-- scope: the list on which an act counts; NULL: on all lists, as by default.
-- reads: mail_sign, mail_customer | binds: as_of, marketing_response_scope | kept: until read
with

-- is_by_now: an act counts if it can have happened by the as-of date; NULL: one without a usable date may have happened on that very day.
-- Grouped before anybody asks whose they are: that is dear, and addresses are few.
noted as (

    select
        email, email_md5, customer_id, if($marketing_response_scope = 'list', list_id, null) as scope,
        is_counted, counterfactual, issue, first_date <= $as_of as is_by_now,
        min(first_date) as oldest_date, max(first_date) as first_date, max(least(coalesce(last_date, $as_of), $as_of)) as last_date
    from mail_sign
    group by email, email_md5, customer_id, scope, is_counted, counterfactual, issue, is_by_now

),

signed as (

    select person_of(email, email_md5) as person, *
    from noted
    union all
    select mail_customer.person, noted.*
    from noted
    inner join mail_customer on noted.customer_id = mail_customer.customer_id

),

response as (

    select
        person, scope, is_counted, counterfactual, issue, is_by_now,
        min(oldest_date) as oldest_date, max(first_date) as first_date, max(last_date) as last_date
    from signed
    where person is not null
    group by person, scope, is_counted, counterfactual, issue, is_by_now

)

select
    person, scope, counterfactual, issue,
    is_counted and coalesce(is_by_now, true) as is_answer,
    is_counted and not is_by_now as is_to_come,
    not is_counted and counterfactual is not null and is_by_now as is_sign,
    not is_counted and counterfactual is null as is_missing,
    is_by_now is null as is_undated,
    oldest_date, first_date, last_date
from response
