-- SCP-ART22: property of an analytics user that may have a legal or similar effect
-- clause: C-21-5 | grain: record | entity: analytics_user | reads: analytics_user
with

labelled as (

    select
        source,
        file,
        row,
        record_key,
        snapshot_date,
        coalesce(list_bool_or(list_transform(properties, lambda pair: has_effect(pair.key))), false) as is_effective
    from analytics_user

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    case when is_effective then 'properties' end as field,
    case when is_effective then 'FAIL' else 'PASS' end as verdict
from labelled
