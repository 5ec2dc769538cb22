-- By which user names of websites a person's visits are found: a user's number is the customer's or the account's, or the name is an
-- address of the person's or its hash. One that leads to two people suggests both. via: the person's own key from which it follows.
-- reads: person_key, key_cluster, hashed_address, attached_key
with

own_address as (

    select person, kind, value, value as email_key
    from person_key
    where tier = 'definite' and kind = 'email'
    union all
    select person, kind, value, email_key
    from hashed_address

),

own_name as (

    select person, kind, if(kind = 'account_id', split_part(value, chr(31), 2), value) as website_user, value
    from person_key
    where tier = 'definite' and kind in ('customer_id', 'account_id', 'user_id')
    union all
    select own_address.person, 'email' as kind, trim(attached_key.raw) as website_user, own_address.email_key as value
    from own_address
    inner join attached_key on own_address.kind = attached_key.key_kind and own_address.value = attached_key.key_value
    where attached_key.entity in ('analytics_event', 'analytics_user') and attached_key.column_name = 'user_id'

),

own_user as (

    select person, website_user, min((kind, value)) as via
    from own_name
    group by person, website_user

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
