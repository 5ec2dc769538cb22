-- The lines of some findings with the rows that they list: a line with a row that has to stay is blocked as a whole.
-- Of bounded_ids only what was decided by bounds: the rest of them is in another plan.
-- reads: finding, kept_row, kept_source, export_file | binds: finding_ids, bounded_ids
with

asked as (

    select
        finding_id, code, clause, field, confidence = 'assumed' as is_assumed, source, entity, file, ranges, records, blocked_by,
        first_trigger, last_trigger, row_number() over () as number
    from finding
    where
        (list_contains($finding_ids, finding_id) or (list_contains($bounded_ids, finding_id) and confidence = 'bounded'))
        and verdict in ('OVERDUE', 'FAIL') and ranges is not null

),

piece as (

    select number, source, file, unnest(ranges) as piece
    from asked

),

touched as (

    select distinct piece.number
    from piece
    inner join kept_row
        on piece.source = kept_row.source and piece.file = kept_row.file
            and kept_row.row between piece.piece.first and piece.piece.last

)

select
    asked.finding_id, asked.code, asked.clause, asked.field, asked.is_assumed, asked.source, asked.entity, asked.file, asked.ranges,
    asked.records, export_file.rows_read as file_rows,
    asked.blocked_by is not null or touched.number is not null or exists (
        select 1 from kept_source
        where
            kept_source.source = asked.source
            and coalesce(asked.last_trigger >= kept_source.period_from, true)
            and coalesce(asked.first_trigger <= kept_source.period_to, true)
    ) as is_blocked
from asked
inner join export_file
    on asked.source = export_file.source and asked.entity = export_file.entity and asked.file = export_file.file
left join touched on asked.number = touched.number
order by asked.source, asked.file, asked.finding_id, asked.ranges
