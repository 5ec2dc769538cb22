-- Beginnings and ends, as the latest and the earliest day that they can be: who comes back after an opt-out has both in any order.
-- reads: analytics_user, cookie, mail_member, mail_send, contact, account, message, shipment, request | kept: until read
select source, entity, file, row, 'last_active_at' as field, first_touch_at_first_date as start_date, last_active_at_last_date as end_date
from analytics_user
union all
select source, entity, file, row, 'expires_at' as field, set_at_first_date as start_date, expires_at_last_date as end_date
from cookie
union all
select source, entity, file, row, 'unsubscribed_at' as field, opted_in_at_first_date as start_date, unsubscribed_at_last_date as end_date
from mail_member
where status = 'unsubscribed'
union all
select source, entity, file, row, 'confirmed_at' as field, opted_in_at_first_date as start_date, confirmed_at_last_date as end_date
from mail_member
union all
select source, entity, file, row, 'delivered_at' as field, sent_at_first_date as start_date, delivered_at_last_date as end_date
from mail_send
union all
select
    source,
    entity,
    file,
    row,
    'contract_ended_on' as field,
    contract_started_on_first_date as start_date,
    contract_ended_on_last_date as end_date
from contact
union all
select source, entity, file, row, 'closed_at' as field, created_at_first_date as start_date, closed_at_last_date as end_date
from account
union all
select source, entity, file, row, 'closed_at' as field, created_at_first_date as start_date, closed_at_last_date as end_date
from message
union all
select source, entity, file, row, 'delivered_at' as field, shipped_at_first_date as start_date, delivered_at_last_date as end_date
from shipment
union all
select
    source,
    'request' as entity,
    file,
    row,
    'answered_at' as field,
    received_at_first_date as start_date,
    answered_at_last_date as end_date
from request
