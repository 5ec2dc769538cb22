-- By which user names of websites a person's visits are found: a user's number is the customer's or the account's.
-- One that leads to two people suggests both. via: the person's own key from which it follows.
-- reads: person_key, key_cluster
with

own_user as (

    select
        person,
        if(kind = 'account_id', split_part(value, chr(31), 2), value) as website_user,
        min((kind, value)) as via
    from person_key
    where tier = 'definite' and kind in ('customer_id', 'account_id', 'user_id')
    group by all

),

number_of as (

    select cluster, if(kind = 'account_id', split_part(value, chr(31), 2), value) as website_user
    from key_cluster
    where kind in ('customer_id', 'account_id')

),

owner as (

    select number_of.website_user, count(distinct number_of.cluster) as persons
    from (select distinct website_user from own_user) as sought
    inner join number_of on sought.website_user = number_of.website_user
    group by number_of.website_user

)

select
    own_user.person,
    own_user.website_user,
    own_user.via,
    if(coalesce(owner.persons, 1) > 1, 'possible', 'definite') as tier
from own_user
left join owner on own_user.website_user = owner.website_user
