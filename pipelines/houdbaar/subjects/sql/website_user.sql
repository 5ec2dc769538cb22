-- By which user names of websites a person's visits are found: a user's number is the customer's or the account's.
-- One that leads to two people suggests both. via: the person's own key from which it follows.
-- reads: person_key, held_key, cluster
with

number_of as (

    select distinct kind, value, if(kind = 'account_id', split_part(value, chr(31), 2), value) as website_user
    from held_key
    where kind in ('customer_id', 'account_id')

),

owner as (

    select number_of.website_user, count(distinct cluster.cluster) as persons
    from number_of
    inner join held_key on number_of.kind = held_key.kind and number_of.value = held_key.value
    inner join cluster on held_key.row_id = cluster.row_id
    group by number_of.website_user

),

mine as (

    select
        person,
        if(kind = 'account_id', split_part(value, chr(31), 2), value) as website_user,
        min((kind, value)) as via
    from person_key
    where tier = 'definite' and kind in ('customer_id', 'account_id', 'user_id')
    group by all

)

select
    mine.person,
    mine.website_user,
    mine.via,
    if(coalesce(owner.persons, 1) > 1, 'possible', 'definite') as tier
from mine
left join owner on mine.website_user = owner.website_user
