-- When each cookie id of an event was first seen, by the id itself: each different id is looked at once.
-- reads: analytics_event | binds: time_zone | kept: until read
with

client as (

    select distinct client_id
    from analytics_event

)

select client_id, client_first_visit(client_id, $time_zone) as first_visit_date
from client
where client_id is not null
