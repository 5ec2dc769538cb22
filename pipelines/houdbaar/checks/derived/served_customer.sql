-- Customers for whom a service is or was delivered: with an order, a contract or an invoice.
-- reads: order, contact, invoice
select customer_id
from "order"
where customer_id is not null
union
select customer_id
from contact
where customer_id is not null and contract_started_on_issue is distinct from 'DQ-TS-NULL'
union
select customer_id
from invoice
where customer_id is not null
