-- Spans of rows of one file whose triggers share a band (no cut-off and no overdue month between them) and an issue. Of an interval both
-- ends share theirs; unusable stamps make one span an issue. oldest_trigger: the latest reading of the oldest record.
-- Rows that a hold or request is about get spans of their own.
-- reads: trigger_row, band, row_block, export_file | binds: entity, aggregate_k
with

blocked as (

    select path, row, list(distinct cast(block_number as varchar) order by cast(block_number as varchar)) as blocked_by
    from row_block
    group by path, row

),

-- A stamp that can be read to the day has no issue that matters.
dated as (

    select
        trigger_row.path, trigger_row.row, trigger_row.trigger_column, trigger_row.first_date, trigger_row.last_date, blocked.blocked_by,
        case when trigger_row.first_date = trigger_row.last_date then null else trigger_row.issue end as issue,
        coalesce(trigger_row.aggregate_count >= $aggregate_k, false) as is_anonymous
    from trigger_row
    left join blocked on trigger_row.path = blocked.path and trigger_row.row = blocked.row

),

banded as (

    select dated.*, first_band.band_date as first_band, last_band.band_date as last_band
    from dated
    asof left join band as first_band on dated.first_date >= first_band.band_date
    asof left join band as last_band on dated.last_date >= last_band.band_date

),

-- One row can be several records (a list in it was taken apart).
counted as (

    select
        path, issue, is_anonymous, blocked_by, first_band, last_band, row, min(trigger_column) as trigger_column, count(*) as records,
        min(first_date) as first_date, max(last_date) as last_date, min(last_date) as oldest_date
    from banded
    group by path, issue, is_anonymous, blocked_by, first_band, last_band, row

),

islanded as (

    select *, row - row_number() over same_kind as island
    from counted
    window same_kind as (partition by path, issue, is_anonymous, blocked_by, first_band, last_band order by row)

),

piece as (

    select
        path, issue, is_anonymous, blocked_by, first_band, last_band,
        min(trigger_column) as trigger_column, min(row) as first, max(row) as last, sum(records) as records,
        min(first_date) as first_date, max(last_date) as last_date, min(oldest_date) as oldest_date
    from islanded
    group by path, issue, is_anonymous, blocked_by, first_band, last_band, island

)

select
    export_file.source,
    $entity as entity,
    export_file.file,
    min(piece.trigger_column) as trigger_column, -- event_at before event_date: the preferred one
    piece.issue, piece.is_anonymous, piece.blocked_by,
    min(piece.first_date) as first_trigger,
    max(piece.last_date) as last_trigger,
    min(piece.oldest_date) as oldest_trigger,
    cast(sum(piece.records) as bigint) as records,
    case when count(*) <= 1000 then list({'first': piece.first, 'last': piece.last} order by piece.first) end as ranges
from piece
inner join export_file on piece.path = export_file.path and export_file.entity = $entity
group by
    export_file.source, export_file.file, piece.path, piece.issue, piece.is_anonymous, piece.blocked_by, piece.first_band, piece.last_band
