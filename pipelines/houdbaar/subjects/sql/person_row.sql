-- Rows that can say who somebody is, or whose a document is: one row a row of an export that its owner may be linked by.
-- level: how well the row's own name names the person whose row it is (0 best: a contact; 4: a parcel may go to somebody else).
-- used_from to used_to: when its address and telephone number were in use. What stands in an export is in use until its snapshot; since
-- when a former address was, no row says.
-- Rows of processors' sources are others': they are forwarded, never linked (domain.md 3.5).
-- reads: contact, mail_member, account, order, invoice, payment, message, shipment, linked_source
with

stated as (

    select
        'contact' as entity, source, file, path, row, record_key, 0 as level,
        customer_id, contact_id, email, previous_email, phone, iban, postcode, house_number, city, organisation,
        initials, first_name, name_prefix, last_name, birth_date,
        case when previous_email is null then created_at_first_date end as used_from,
        coalesce(inactive_at_last_date, snapshot_date, date '9999-12-31') as used_to
    from contact
    union all by name
    select
        'mail_member' as entity, source, file, path, row, record_key, 1 as level,
        customer_id, person_id, list_id, member_id, email, email_md5, phone, organisation, first_name, last_name,
        coalesce(opted_in_at_first_date, confirmed_at_first_date) as used_from,
        coalesce(snapshot_date, date '9999-12-31') as used_to
    from mail_member
    union all by name
    select
        'account' as entity, source, file, path, row, record_key, 1 as level,
        customer_id, contact_id, account_id, username, email, phone,
        created_at_first_date as used_from, coalesce(closed_at_last_date, snapshot_date, date '9999-12-31') as used_to
    from account
    union all by name
    select
        'order' as entity, source, file, path, row, record_key, 2 as level,
        customer_id, order_id, email, phone, postcode, house_number, city, name as full_name,
        ordered_at_first_date as used_from, ordered_at_last_date as used_to
    from "order"
    union all by name
    select
        'invoice' as entity, source, file, path, row, record_key, 2 as level,
        customer_id, invoice_number, email, phone, customer_name as full_name, birth_date,
        invoice_date_first_date as used_from, invoice_date_last_date as used_to
    from invoice
    union all by name
    select
        'payment' as entity, source, file, path, row, record_key, 3 as level,
        customer_id, invoice_number, payment_customer_id, iban, account_name as full_name,
        paid_at_first_date as used_from, paid_at_last_date as used_to
    from payment
    union all by name
    select
        'message' as entity, source, file, path, row, record_key, 3 as level,
        customer_id, contact_id, email, phone, name as full_name,
        created_at_first_date as used_from, coalesce(closed_at_last_date, last_message_at_last_date, created_at_last_date) as used_to
    from message
    union all by name
    select
        'shipment' as entity, source, file, path, row, record_key, 4 as level,
        customer_id, order_id, email, phone, postcode, house_number, city, name as full_name,
        coalesce(shipped_at_first_date, delivered_at_first_date) as used_from,
        coalesce(delivered_at_last_date, shipped_at_last_date) as used_to
    from shipment

)

select
    row_number() over () as row_id,
    stated.entity, stated.source, stated.file, stated.path, stated.row, stated.record_key, stated.level, linked_source.family,
    stated.customer_id, stated.contact_id, stated.account_id, stated.username, stated.payment_customer_id,
    stated.person_id, stated.list_id, stated.member_id, stated.order_id, stated.invoice_number,
    stated.email, stated.previous_email, stated.email_md5, stated.phone, stated.iban, stated.postcode, stated.house_number,
    stated.city, stated.organisation, stated.initials, stated.first_name, stated.name_prefix, stated.last_name, stated.full_name,
    stated.birth_date, stated.used_from, stated.used_to
from stated
inner join linked_source on stated.source = linked_source.source
