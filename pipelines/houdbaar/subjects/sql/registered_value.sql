-- The same of registers.
-- reads: objection, consent, suppression, disclosure
with

listed as (

    select 'objection' as entity, 'identifier_value' as column_name, lower(trim(identifier_kind)) as kind, identifier_value as raw
    from objection
    union all
    select 'consent' as entity, 'identifier_value' as column_name, lower(trim(identifier_kind)) as kind, identifier_value as raw
    from consent
    union all
    select 'suppression' as entity, 'email_md5' as column_name, 'email_md5' as kind, email_md5 as raw
    from suppression
    union all
    select 'suppression' as entity, 'email_hmac' as column_name, 'email_hmac' as kind, email_hmac as raw
    from suppression
    union all
    select 'disclosure' as entity, 'customer_id' as column_name, 'customer_id' as kind, customer_id as raw
    from disclosure
    union all
    select 'disclosure' as entity, 'order_id' as column_name, 'order_id' as kind, order_id as raw
    from disclosure

)

select distinct entity, column_name, kind, raw
from listed
where raw is not null
