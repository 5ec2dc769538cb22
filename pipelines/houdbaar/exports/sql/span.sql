-- Spans of rows of one file that share a band (no cut-off and no overdue month between them) and an issue;
-- unusable stamps make one span an issue.
-- Rows that a hold or request is about get spans of their own.
-- reads: trigger_row, band, row_block, export_file | binds: entity, aggregate_k
with

blocked as (

    select path, row, list(distinct block_id order by block_id) as blocked_by
    from row_block
    group by path, row

),

banded as (

    select
        trigger_row.path,
        trigger_row.row,
        trigger_row.trigger_column,
        nullif(trigger_row.issue, 'DQ-TS-SKEW') as issue,
        trigger_row.first_date,
        trigger_row.last_date,
        coalesce(trigger_row.aggregate_count >= $aggregate_k, false) as is_anonymous,
        blocked.blocked_by,
        case when (trigger_row.first_date is not distinct from trigger_row.last_date) then band.band_date end as band_date,
        case when (trigger_row.first_date is distinct from trigger_row.last_date) then trigger_row.first_date end as earliest_date,
        case when (trigger_row.first_date is distinct from trigger_row.last_date) then trigger_row.last_date end as latest_date
    from trigger_row
    asof left join band on trigger_row.last_date >= band.band_date
    left join blocked on trigger_row.path = blocked.path and trigger_row.row = blocked.row

),

-- One row can be several records (a list in it was taken apart).
counted as (

    select
        path, trigger_column, issue, is_anonymous, blocked_by, band_date, earliest_date, latest_date, row,
        count(*) as records, min(first_date) as first_date, max(last_date) as last_date
    from banded
    group by path, trigger_column, issue, is_anonymous, blocked_by, band_date, earliest_date, latest_date, row

),

islanded as (

    select
        *,
        row - row_number() over same_kind as island
    from counted
    window
        same_kind as (
            partition by path, trigger_column, issue, is_anonymous, blocked_by, band_date, earliest_date, latest_date order by row
        )

),

piece as (

    select
        path, trigger_column, issue, is_anonymous, blocked_by, band_date, earliest_date, latest_date,
        min(row) as first, max(row) as last, sum(records) as records, min(first_date) as first_date, max(last_date) as last_date
    from islanded
    group by path, trigger_column, issue, is_anonymous, blocked_by, band_date, earliest_date, latest_date, island

)

select
    export_file.source,
    $entity as entity,
    export_file.file,
    piece.trigger_column,
    piece.issue,
    piece.is_anonymous,
    piece.blocked_by,
    min(piece.first_date) as first_trigger,
    max(piece.last_date) as last_trigger,
    cast(sum(piece.records) as bigint) as records,
    case when count(*) <= 1000 then list({'first': piece.first, 'last': piece.last} order by piece.first) end as ranges
from piece
inner join export_file on piece.path = export_file.path and export_file.entity = $entity
group by
    export_file.source, export_file.file, piece.path,
    piece.trigger_column, piece.issue, piece.is_anonymous, piece.blocked_by, piece.band_date, piece.earliest_date, piece.latest_date
