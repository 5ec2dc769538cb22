-- Data that are processed for customers and name the person: the customer decides, the request goes to them (domain.md 3.5).
-- reads: device, contact, account, linked_source, person_key
with

processed as (

    select entity, source, file, row, customer_id, normalised_email(driver_email) as address from device
    union all
    select 'contact' as entity, source, file, row, customer_id, normalised_email(email) as address from contact
    where source not in (select linked_source.source from linked_source)
    union all
    select 'account' as entity, source, file, row, customer_id, normalised_email(email) as address from account
    where source not in (select linked_source.source from linked_source)

)

select
    person_key.person,
    processed.source,
    processed.entity,
    processed.customer_id,
    count(distinct concat_ws(':', processed.file, processed.row)) as records
from processed
inner join person_key
    on
        (person_key.kind = 'customer_id' and processed.customer_id = person_key.value)
        or (person_key.kind = 'email' and md5(processed.address) = person_key.value)
where person_key.tier = 'definite'
group by person_key.person, processed.source, processed.entity, processed.customer_id
