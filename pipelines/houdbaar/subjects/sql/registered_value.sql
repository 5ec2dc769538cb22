-- What registers say of whom they are about, as attached_value.sql says it of exports.
-- They don't say which system gave out a number: one that several systems know is nobody's.
-- reads: objection, consent, suppression, disclosure, key_cluster
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

),

-- Numbers and names that a system gives out for itself stand with that system in keys.
sought as (

    select distinct kind, trim(raw) as number
    from listed
    where kind in ('contact_id', 'account_id', 'username')

),

numbered as (

    select sought.kind, sought.number, min(key_cluster.value) as said
    from sought
    inner join key_cluster on sought.kind = key_cluster.kind and sought.number = split_part(key_cluster.value, chr(31), 2)
    group by sought.kind, sought.number
    having count(distinct key_cluster.value) = 1

)

select distinct
    listed.entity, listed.column_name, listed.kind, listed.raw, coalesce(numbered.said, listed.raw) as said, cast(null as varchar) as family
from listed
left join numbered on listed.kind = numbered.kind and trim(listed.raw) = numbered.number
where listed.raw is not null
