-- What rows without a lasting key of their own, and visitors and cookies, say of whom they are about: one row a value.
-- raw: as the export has it; said: as a key of that kind is written; family: the systems in which it means that, NULL for any.
-- reads: mail_activity, mail_send, service_event, analytics_event, analytics_user, cookie, linked_source
with

-- One scan: each row has a value of one of the columns, or none.
event_value as (

    select client_id, user_id, gclid, transaction_id
    from analytics_event
    group by grouping sets ((client_id), (user_id), (gclid), (transaction_id))

),

listed as (

    select 'mail_activity' as entity, 'email' as column_name, 'email' as kind, email as raw
    from mail_activity
    union all
    select 'mail_activity' as entity, 'email_md5' as column_name, 'email_md5' as kind, email_md5 as raw
    from mail_activity
    union all
    select 'mail_send' as entity, 'email' as column_name, 'email' as kind, email as raw
    from mail_send
    union all
    select 'mail_send' as entity, 'email_md5' as column_name, 'email_md5' as kind, email_md5 as raw
    from mail_send
    union all
    select
        'analytics_event' as entity,
        case
            when client_id is not null then 'client_id'
            when user_id is not null then 'user_id'
            when gclid is not null then 'gclid'
            else 'transaction_id'
        end as column_name,
        case
            when client_id is not null then 'client_id'
            when user_id is not null then 'user_id'
            when gclid is not null then 'gclid'
            else 'transaction'
        end as kind,
        coalesce(client_id, user_id, gclid, transaction_id) as raw
    from event_value
    union all
    select 'analytics_user' as entity, 'user_id' as column_name, 'user_id' as kind, user_id as raw
    from analytics_user
    union all
    select 'analytics_event' as entity, 'user_id' as column_name, kind_of_address(user_id) as kind, user_id as raw
    from event_value
    union all
    select 'analytics_user' as entity, 'user_id' as column_name, kind_of_address(user_id) as kind, user_id as raw
    from analytics_user
    union all
    select 'analytics_user' as entity, 'client_id' as column_name, 'client_id' as kind, client_id as raw
    from analytics_user
    union all
    select 'cookie' as entity, 'client_id' as column_name, 'client_id' as kind, client_id as raw
    from cookie

)

select distinct entity, column_name, kind, raw, raw as said, cast(null as varchar) as family
from listed
where raw is not null and kind is not null
union all
select distinct
    'service_event' as entity,
    'account_id' as column_name,
    'account_id' as kind,
    service_event.account_id as raw,
    linked_source.family || chr(31) || service_event.account_id as said,
    linked_source.family
from service_event
inner join linked_source on service_event.source = linked_source.source
where service_event.account_id is not null
