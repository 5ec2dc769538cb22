-- Rows of exported files that earlier plans named, and older exports that were to be deleted: do they still lie there?
-- Rows are gone from a file once it has so many fewer, but for those of their finding that still stand in it: others may have gone.
-- They are gone from a source whose file is gone, once nothing of their finding is there.
-- reads: follow_line, finding, export_file
with

now as (

    select source, file, any_value(rows_read) as rows_read
    from export_file
    group by source, file

),

asked as (

    select number, source, file, file_rows, records, finding_ids, sum(records) over (partition by plan, file) as planned
    from follow_line
    where form = 'rows'

),

found as (

    select source, file, finding_id, cast(sum(records) filter (where verdict <> 'HELD') as bigint) as records
    from finding
    group by source, file, finding_id

),

still as (

    select
        asked.number,
        coalesce(sum(found.records) filter (where found.file = asked.file), 0) as records
    from asked
    inner join found on asked.source = found.source and list_contains(asked.finding_ids, found.finding_id)
    group by asked.number

)

select
    asked.number,
    case
        when now.file is null and still.number is null then 0
        when asked.file_rows - now.rows_read >= asked.planned then least(coalesce(still.records, 0), asked.records)
        else asked.records
    end as records,
    false as is_elsewhere
from asked
left join now on asked.source = now.source and asked.file = now.file
left join still on asked.number = still.number
union all
select
    follow_line.number,
    follow_line.records,
    false as is_elsewhere
from follow_line
inner join now on follow_line.source = now.source and follow_line.file = now.file
where follow_line.form = 'file'
