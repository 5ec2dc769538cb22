-- DQ-ID-NULL: record without the key by which it is known from export to export
-- grain: source | entity: * | reads: keyless_row, export_file, keyed_entity
with

keyless as (

    select source, entity, file, count(*) as records, case when count(*) <= 1000 then list(row) end as rows
    from keyless_row
    group by source, entity, file

)

select source, entity, file, 'FAIL' as verdict, records, row_pieces(rows) as ranges
from keyless
union all
select
    made.source,
    made.entity,
    made.file,
    'PASS' as verdict,
    made.rows_staged - coalesce(keyless.records, 0) as records,
    null as ranges
from export_file as made
inner join keyed_entity on made.entity = keyed_entity.entity
left join keyless on made.source = keyless.source and made.entity = keyless.entity and made.file = keyless.file
where made.rows_staged > coalesce(keyless.records, 0)
