-- Rows of exported files that earlier plans named, as far as this run finds the same of them; and older exports that still lie there.
-- reads: follow_line, finding, export_file
with

asked as (

    select number, file, records, unnest(finding_ids) as finding_id
    from follow_line
    where form = 'rows'

)

select
    asked.number,
    cast(sum(finding.records) as bigint) as records,
    false as is_elsewhere
from asked
inner join finding on asked.finding_id = finding.finding_id and asked.file = finding.file
where finding.verdict in ('OVERDUE', 'FAIL')
group by asked.number
union all
select distinct
    follow_line.number,
    follow_line.records,
    false as is_elsewhere
from follow_line
inner join export_file on follow_line.source = export_file.source and follow_line.file = export_file.file
where follow_line.form = 'file'
