-- When people became customers (domain.md 1, C-22-4): one row a sale, contract or account and person.
-- issue: why its day is not known exactly.
-- reads: order, invoice, contact, account, mail_identity | kept: until read
with

sale as (

    select
        person_of(email, null) as person, customer_id, ordered_at_first_date as first_date, ordered_at_last_date as last_date,
        ordered_at_issue as issue
    from "order"
    where coalesce(lower(trim(status)), '') not in ('cancelled', 'geannuleerd')
    union all
    select
        person_of(email, null) as person, customer_id, invoice_date_first_date as first_date, invoice_date_last_date as last_date,
        invoice_date_issue as issue
    from invoice
    union all
    select
        person_of(email, null) as person, customer_id, contract_started_on_first_date as first_date,
        contract_started_on_last_date as last_date, contract_started_on_issue as issue
    from contact
    where contract_started_on_first_date is not null
    union all
    select
        person_of(email, null) as person, customer_id, created_at_first_date as first_date, created_at_last_date as last_date,
        created_at_issue as issue
    from account

)

select person, first_date, last_date, issue
from sale
where person is not null
union all
select mail_identity.person, sale.first_date, sale.last_date, sale.issue
from sale
inner join mail_identity
    on
        mail_identity.kind = 'customer_id' and sale.customer_id = mail_identity.value
        and sale.person is distinct from mail_identity.person
