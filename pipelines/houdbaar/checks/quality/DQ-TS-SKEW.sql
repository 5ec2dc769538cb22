-- DQ-TS-SKEW: stamp shortly after the export was made; the export's time is used (domain 2.3)
-- grain: source | entity: * | reads: skewed_stamp, event_stamp, export_file
with

skewed as (

    select source, entity, file, field, count(*) as records, case when count(*) <= 1000 then list(row) end as rows
    from skewed_stamp
    group by source, entity, file, field
    union all
    select
        source, 'analytics_event' as entity, file, 'event_at' as field, sum(records) as records,
        case when bool_and(rows is not null) then flatten(list(rows)) end as rows
    from event_stamp
    where is_skewed
    group by source, file

),

total as (

    select source, entity, file, max(records) as records
    from skewed
    group by source, entity, file

),

sound as (

    select
        made.source,
        made.entity,
        made.file,
        made.extracted_at is null as is_unknown,
        made.rows_staged - coalesce(total.records, 0) as records
    from export_file as made
    left join total on made.source = total.source and made.entity = total.entity and made.file = total.file
    where not made.source like 'register.%'

)

select
    source, entity, file, field, 'FAIL' as verdict, null as reason, records,
    row_pieces(rows) as ranges
from skewed
union all
select
    source, entity, file, null as field,
    case when is_unknown then 'NOT_TESTED' else 'PASS' end as verdict,
    case when is_unknown then 'future stamps not tested: the extraction time is unknown' end as reason,
    records, null as ranges
from sound
where records > 0
