-- SCP-PROCESSOR-MIX: customers' data in a source that the company calls its own, or its own data in one that it calls a customer's
-- clause: C-24-2 | grain: source | entity: * | reads: declared_source, export_file, service_event
with

counted as (

    select source, entity, sum(rows_staged) as records
    from export_file
    group by source, entity

),

-- Positions and trips are data of customers' people; logins and pages are the company's.
tracked as (

    select source, file, 'kind' as field, count(*) as records, case when count(*) <= 1000 then list(row order by row) end as rows
    from service_event
    where is_tracking(kind)
    group by source, file

),

judged as (

    select
        declared.source,
        declared.entity,
        declared.role,
        counted.records - coalesce((
            select sum(tracked.records) from tracked
            where tracked.source = declared.source
        ), 0)
        * cast(declared.entity = 'service_event' and coalesce(declared.role, '') <> 'processor' as integer) as records,
        declared.category = 'SVC-P' as is_customers,
        declared.category in ('SVC-P', 'SVC', 'ACC') as is_service
    from declared_source as declared
    inner join counted on declared.source = counted.source and declared.entity = counted.entity
    where counted.records > 0

)

select
    source, entity, null as file, null as field,
    case
        when role = 'processor' and is_service then 'PASS'
        when role = 'processor' or is_customers then 'FAIL'
        when is_service then 'PASS'
        else 'OUT_OF_SCOPE'
    end as verdict,
    case
        when role = 'processor' and not is_service then 'the company''s own kind of data in a source of a customer'
        when coalesce(role, '') <> 'processor' and is_customers then 'data of customers'' people in a source of the company'
    end as reason,
    case when role is null and is_customers then 'assumed' end as confidence,
    records, null as ranges
from judged
where records > 0
union all
select
    tracked.source, 'service_event' as entity, tracked.file, tracked.field,
    'FAIL' as verdict,
    'data of customers'' people in a source of the company' as reason,
    case when declared.role is null then 'assumed' end as confidence,
    tracked.records,
    row_pieces(tracked.rows) as ranges
from tracked
inner join declared_source as declared on tracked.source = declared.source and declared.entity = 'service_event'
where coalesce(declared.role, '') <> 'processor'
