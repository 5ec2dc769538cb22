-- SCP-PURPOSE: data used for something that no clause describes, or not for this kind of data
-- clause: C-00-6 | grain: source | entity: * | reads: declared_source, described_purpose
-- Of an export that feeds several kinds of data each purpose must be of one of them, and each kind must have one.
with

used as (

    select source, entity, category, role, unnest(purposes) as purpose
    from declared_source

),

known as (

    select
        used.source,
        used.entity,
        used.role,
        used.purpose,
        count(described.purpose) > 0 as is_described,
        coalesce(bool_or(described.category in (used.category, 'all')), false) as is_for_this
    from used
    left join described_purpose as described on used.purpose = described.purpose
    group by used.source, used.entity, used.role, used.purpose

),

weighed as (

    select
        *,
        is_for_this
        or (bool_or(is_for_this) over (partition by source, purpose) and bool_or(is_for_this) over (partition by source, entity))
            as is_in_order
    from known

)

select
    source,
    entity,
    null as file,
    case when coalesce(role, '') <> 'processor' and not is_in_order then purpose end as field,
    case when role = 'processor' then 'OUT_OF_SCOPE' when is_in_order then 'PASS' else 'FAIL' end as verdict,
    case
        when role = 'processor' or is_in_order then null
        when is_described then 'described for other kinds of data only'
        else 'no clause describes it'
    end as reason,
    1 as records
from weighed
union all
select
    source,
    entity,
    null as file,
    null as field,
    case when role = 'processor' then 'OUT_OF_SCOPE' else 'NOT_TESTED' end as verdict,
    case when coalesce(role, '') <> 'processor' then 'neither binding nor contract names its purposes' end as reason,
    1 as records
from declared_source
where len(purposes) = 0
