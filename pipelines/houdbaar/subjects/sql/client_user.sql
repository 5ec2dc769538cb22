-- Who logged in with which cookie: one row a client id and user id.
-- reads: analytics_event, analytics_user
with

seen as (

    select client_id, user_id from analytics_event
    where client_id is not null
    union all
    select client_id, user_id from analytics_user
    where client_id is not null

),

known as (

    select distinct client_id, user_id
    from seen
    where user_id is not null

)

select distinct identifier_key('client_id', client_id) as client, trim(user_id) as website_user
from known
where trim(user_id) <> ''
