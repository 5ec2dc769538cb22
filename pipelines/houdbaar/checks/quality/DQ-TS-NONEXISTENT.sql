-- DQ-TS-NONEXISTENT: clock times that a clock change skipped; the date is certain all the same (domain 2.2)
-- grain: source | entity: * | reads: staged_column, export_file
with

skipped as (

    select source, entity, file, column_name, zone, skipped_values
    from staged_column
    where skipped_values > 0

)

select source, entity, file, column_name as field, 'FAIL' as verdict, 'no such clock time in ' || zone as reason, skipped_values as records
from skipped
union all
-- Stamps without a zone are the only ones that can name such a time.
select source, entity, file, null as field, 'PASS' as verdict, null as reason, sum(naive_values - skipped_values) as records
from staged_column
group by source, entity, file
having sum(naive_values - skipped_values) > 0
union all
select source, entity, file, null as field, 'OUT_OF_SCOPE' as verdict, null as reason, rows_staged as records
from export_file
where
    rows_staged > 0
    and not exists (
        select staged_column.file
        from staged_column
        where staged_column.file = export_file.file and staged_column.entity = export_file.entity and staged_column.naive_values > 0
    )
