-- How each person's address came in, and when they first asked for mail and first bought: one row a person.
-- A moment that isn't known may lie anywhere: has_undated_… says that there is one.
-- reads: mail_member, message, contact, mail_optin, mail_sale
with

member as (

    select
        person_of(email, email_md5) as person,
        bool_or(is_of_question(signup_source)) as is_of_question,
        bool_or(is_of_sale(signup_source) or customer_id is not null) as is_customer,
        bool_or(signup_source is not null and not is_of_question(signup_source)) as is_otherwise_known
    from mail_member
    group by person_of(email, email_md5)

),

asker as (

    select person_of(email, null) as person
    from message
    where customer_id is null and email is not null
    group by person_of(email, null)

),

relation as (

    select person_of(email, null) as person, bool_or(not coalesce(is_optout_offered, true)) as is_optout_withheld
    from contact
    where email is not null
    group by person_of(email, null)

),

asked as (

    select person, min(earliest_at) as earliest_at, min(latest_at) as latest_at, bool_or(earliest_at is null) as has_undated
    from mail_optin
    group by person

),

bought as (

    select person, min(first_date) as first_date, min(last_date) as last_date, bool_or(first_date is null) as has_undated
    from mail_sale
    group by person

),

person as (

    select person from member
    union
    select person from asker
    union
    select person from relation
    union
    select person from bought
    union
    select person from asked

)

select
    person.person,
    coalesce(member.is_of_question, false)
    or (asker.person is not null and not coalesce(member.is_otherwise_known, false) and relation.person is null) as is_of_question,
    coalesce(member.is_customer, false) or relation.person is not null or bought.person is not null as is_customer,
    coalesce(relation.is_optout_withheld, false) as is_optout_withheld,
    asked.person is not null as has_asked,
    asked.earliest_at as asked_earliest_at, asked.latest_at as asked_latest_at, coalesce(asked.has_undated, false) as has_undated_optin,
    bought.first_date as bought_first_date, bought.last_date as bought_last_date, coalesce(bought.has_undated, false) as has_undated_sale
from person
left join member on person.person = member.person
left join asker on person.person = asker.person
left join relation on person.person = relation.person
left join asked on person.person = asked.person
left join bought on person.person = bought.person
