-- By which user names of websites a person's visits are found: a user's number is the customer's or the account's, or the name is an
-- address of the person's or its hash. One that leads to two people suggests both. via: the person's own key from which it follows.
-- reads: person_key, hashed_address, user_address, shared_number
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
    select own_address.person, 'email' as kind, user_address.website_user, own_address.email_key as value
    from own_address
    inner join user_address on own_address.kind = user_address.key_kind and own_address.value = user_address.key_value

),

own_user as (

    select person, website_user, min((kind, value)) as via
    from own_name
    group by person, website_user

)

select
    own_user.person,
    own_user.website_user,
    own_user.via,
    if(shared_number.number is null, 'definite', 'possible') as tier
from own_user
left join shared_number on own_user.website_user = shared_number.number
