-- Who logged in with which cookie: one row a client id and user id, and one without a user for a client that nobody logged in with.
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

)

select distinct identifier_key('client_id', client_id) as client, nullif(trim(user_id), '') as website_user
from known
