-- SCP-RECIPIENT: shipment by a carrier that is no declared recipient
-- clause: C-00-2 | grain: record | entity: shipment | reads: shipment, declared_recipient, policy_setting | needs: carrier
with

setting as (

    select is_set
    from policy_setting
    where name = 'policy.recipients'

),

carried as (

    select
        shipment.*,
        declared.recipient is not null as is_declared,
        setting.is_set as is_list_set
    from shipment
    cross join setting
    left join declared_recipient as declared
        on regexp_replace(lower(trim(shipment.carrier)), '\s+', ' ', 'g') = declared.recipient

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    case when carrier is not null and is_list_set and not is_declared then 'carrier' end as field,
    case
        when carrier is null then 'OUT_OF_SCOPE'
        when not is_list_set then 'UNDETERMINED'
        when is_declared then 'PASS'
        else 'FAIL'
    end as verdict,
    case
        when carrier is null then null
        when not is_list_set then 'policy.recipients is not set'
        when not is_declared then 'recipient not declared'
    end as reason
from carried
