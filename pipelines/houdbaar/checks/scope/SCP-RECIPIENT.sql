-- SCP-RECIPIENT: data given to a recipient that is not declared, or without ground, date or reason to deliver
-- clause: C-00-2 | grain: record | entity: disclosure
-- reads: disclosure, declared_recipient, policy_setting, served_customer
with

setting as (

    select is_set
    from policy_setting
    where name = 'policy.recipients'

),

known as (

    select count(*) > 0 as is_customer_known
    from served_customer

),

looked_at as (

    select
        disclosure.*,
        lower(trim(disclosure.recipient_kind)) as kind,
        declared.recipient is not null as is_declared,
        setting.is_set as is_list_set,
        disclosure.order_id is not null or customer.customer_id is not null as is_delivered,
        known.is_customer_known
    from disclosure
    cross join setting
    cross join known
    left join declared_recipient as declared
        on regexp_replace(lower(trim(disclosure.recipient)), '\s+', ' ', 'g') = declared.recipient
    left join served_customer as customer on disclosure.customer_id = customer.customer_id

),

-- Authorities need a ground, professional advisers their kind; all others have to be on the list (policy 2.3, 3.3).
judged as (

    select
        *,
        case
            when recipient is null then 'no recipient'
            when disclosed_on_last_date is null then 'no date'
            when kind = 'authority' and authority is null then 'no authority'
            when kind = 'authority' and legal_ground is null then 'no legal ground'
            when kind in ('authority', 'auditor', 'lawyer', 'adviser') then null
            when is_list_set and not is_declared then 'recipient not declared'
            when kind in ('partner', 'logistics') and order_id is null and customer_id is null then 'no order or contract'
            when kind in ('partner', 'logistics') and not is_delivered and is_customer_known then 'no order or contract'
        end as flaw,
        case
            when kind in ('authority', 'auditor', 'lawyer', 'adviser') then null
            when not is_list_set then 'policy.recipients is not set'
            when coalesce(kind, '') not in ('partner', 'logistics', 'other') then 'recipient_kind is not known'
            when kind in ('partner', 'logistics') and not is_delivered then 'orders and contracts not covered'
        end as doubt
    from looked_at

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    case when flaw is not null then 'FAIL' when doubt is not null then 'UNDETERMINED' else 'PASS' end as verdict,
    coalesce(flaw, doubt) as reason
from judged
