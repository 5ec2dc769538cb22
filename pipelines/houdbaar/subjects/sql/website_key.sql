-- By which users and cookies of websites a person's visits are found: one row a person, kind and value (domain.md 3.5, 4.2).
-- A cookie that a person reads out is believed unless several users were seen with it; one seen with the person's user alone is the
-- person's device. via: the person's own key from which it follows.
-- reads: person_key, website_user, client_user | binds: ga_expand_client_id
with

-- The cookies that may be somebody's: those that were read out, and those of the people's users.
sought as (

    select value as client from person_key
    where kind = 'client_id'
    union
    select client_user.client
    from website_user
    inner join client_user on website_user.website_user = client_user.website_user

),

client as (

    select client_user.client, count(client_user.website_user) as users, min(client_user.website_user) as website_user
    from sought
    inner join client_user on sought.client = client_user.client
    group by client_user.client

),

known as (

    select distinct person from website_user

),

stated_client as (

    select
        person_key.person,
        person_key.value as client,
        case
            when client.users > 1 then 'refused'
            when coalesce(client.users, 0) = 0 or known.person is null or own.person is not null then 'definite'
            else 'probable'
        end as tier
    from person_key
    left join client on person_key.value = client.client
    left join known on person_key.person = known.person
    left join website_user as own on person_key.person = own.person and client.website_user = own.website_user
    where person_key.kind = 'client_id'

),

device as (

    select
        website_user.person,
        client.client,
        website_user.via,
        if($ga_expand_client_id = 'single_user', 'definite', 'probable') as tier
    from website_user
    inner join client on website_user.website_user = client.website_user and client.users = 1
    left join stated_client on website_user.person = stated_client.person and client.client = stated_client.client
    where website_user.tier = 'definite' and stated_client.client is null

)

select person, 'user_id' as kind, website_user as value, 'user_id' as key_kind, tier, false as is_anonymous_only, via
from website_user
union all
select person, 'client_id' as kind, client as value, 'client_id' as key_kind, tier, false as is_anonymous_only, ('client_id', client) as via
from stated_client
union all
select person, 'device' as kind, client as value, 'client_id' as key_kind, tier, true as is_anonymous_only, via
from device
union all
select
    person, if(kind = 'order_id', 'transaction', 'gclid') as kind, value,
    if(kind = 'order_id', 'transaction', 'gclid') as key_kind, 'probable' as tier, false as is_anonymous_only, (kind, value) as via
from person_key
where kind = 'gclid' or (kind = 'order_id' and tier = 'definite')
