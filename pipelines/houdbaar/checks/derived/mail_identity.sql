-- Whose mail address goes with a number: one row an identifier and person, by definite links
-- (domain.md 4.2).
-- reads: mail_member, contact, account, order, invoice | kept: until read
with

known as (

    select
        person_of(email, email_md5) as person,
        unnest([
            {'kind': 'customer_id', 'value': customer_id},
            {'kind': 'person_id', 'value': person_id},
            {'kind': 'member_id', 'value': member_id}
        ]) as identifier
    from mail_member
    union all
    select
        unnest([person_of(email, null), person_of(previous_email, null)]) as person,
        unnest([{'kind': 'customer_id', 'value': customer_id}, {'kind': 'customer_id', 'value': customer_id}]) as identifier
    from contact
    union all
    select
        unnest([person_of(email, null), person_of(previous_email, null)]) as person,
        unnest([{'kind': 'contact_id', 'value': contact_id}, {'kind': 'contact_id', 'value': contact_id}]) as identifier
    from contact
    union all
    select
        person_of(email, null) as person,
        unnest([
            {'kind': 'customer_id', 'value': customer_id},
            {'kind': 'account_id', 'value': account_id},
            {'kind': 'username', 'value': username}
        ]) as identifier
    from account
    union all
    select
        person_of(email, null) as person,
        unnest([{'kind': 'customer_id', 'value': customer_id}, {'kind': 'order_id', 'value': order_id}]) as identifier
    from "order"
    union all
    select
        person_of(email, null) as person,
        unnest([{'kind': 'customer_id', 'value': customer_id}, {'kind': 'invoice_number', 'value': invoice_number}]) as identifier
    from invoice

)

select distinct identifier.kind as kind, identifier_key(identifier.kind, identifier.value) as value, person
from known
where person is not null and identifier.value is not null
