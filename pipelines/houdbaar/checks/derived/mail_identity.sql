-- Whose mail address goes with a number: one row an identifier and person, by definite links (domain.md 4.2). Customers' numbers, and those
-- of the kinds that registers name: an order has a number of its own, and there are many.
-- reads: mail_member, contact, account, order, invoice, request, objection, consent, hold | kept: until read
with

asked as (

    select 'customer_id' as kind
    union
    select lower(trim(unnest(regexp_extract_all(identifiers, '(?:^|;)([^=;]*)=', 1)))) as kind
    from request
    union
    select lower(trim(identifier_kind)) as kind
    from objection
    union
    select lower(trim(identifier_kind)) as kind
    from consent
    union
    select lower(trim(identifier_kind)) as kind
    from hold

),

written as (

    select email, email_md5, 'customer_id' as kind, customer_id as value
    from mail_member
    union all
    select email, email_md5, 'person_id' as kind, person_id as value
    from mail_member
    union all
    select email, email_md5, 'member_id' as kind, member_id as value
    from mail_member
    union all
    select email, null as email_md5, 'customer_id' as kind, customer_id as value
    from contact
    union all
    select email, null as email_md5, 'contact_id' as kind, contact_id as value
    from contact
    union all
    select previous_email as email, null as email_md5, 'customer_id' as kind, customer_id as value
    from contact
    union all
    select previous_email as email, null as email_md5, 'contact_id' as kind, contact_id as value
    from contact
    union all
    select email, null as email_md5, 'customer_id' as kind, customer_id as value
    from account
    union all
    select email, null as email_md5, 'account_id' as kind, account_id as value
    from account
    union all
    select email, null as email_md5, 'username' as kind, username as value
    from account
    union all
    select email, null as email_md5, 'customer_id' as kind, customer_id as value
    from "order"
    union all
    select email, null as email_md5, 'order_id' as kind, order_id as value
    from "order"
    union all
    select email, null as email_md5, 'customer_id' as kind, customer_id as value
    from invoice
    union all
    select email, null as email_md5, 'invoice_number' as kind, invoice_number as value
    from invoice

),

known as (

    select kind, value, person_of(email, email_md5) as person
    from written
    where value is not null and kind in (select asked.kind from asked)

)

select distinct kind, identifier_key(kind, value) as value, person
from known
where person is not null
