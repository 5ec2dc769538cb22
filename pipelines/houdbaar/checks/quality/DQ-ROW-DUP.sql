-- DQ-ROW-DUP: the same row more than once in one snapshot, or the same event in two files of it; all but the first are counted
-- grain: source | entity: * | reads: repeated_row, export_file
with

repeated as (

    select source, entity, file, count(*) as records, case when count(*) <= 1000 then list(row) end as rows
    from repeated_row
    group by source, entity, file

)

select source, entity, file, 'FAIL' as verdict, records, row_pieces(rows) as ranges
from repeated
union all
select
    made.source,
    made.entity,
    made.file,
    'PASS' as verdict,
    made.rows_staged - coalesce(repeated.records, 0) as records,
    null as ranges
from export_file as made
left join repeated on made.source = repeated.source and made.entity = repeated.entity and made.file = repeated.file
where made.source not like 'register.%' and made.rows_staged > coalesce(repeated.records, 0)
