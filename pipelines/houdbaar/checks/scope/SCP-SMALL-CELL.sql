-- SCP-SMALL-CELL: row of a report that counts so few people that it may single one out
-- clause: C-21-2 | grain: month | entity: analytics_event | reads: analytics_event, report_cell | binds: aggregate_k
with

small as (

    select
        report_cell.source,
        report_cell.file,
        report_cell.row,
        own_month(stamp.event_at_issue, stamp.event_at_last_date, stamp.event_date_last_date) as month
    from analytics_event as stamp
    inner join report_cell on stamp.source = report_cell.source and stamp.file = report_cell.file and stamp.row = report_cell.row
    where report_cell.aggregate_count between 1 and $aggregate_k - 1

),

large as (

    select source, file, count(*) as records
    from report_cell
    where aggregate_count not between 1 and $aggregate_k - 1
    group by source, file

),

-- A single event is no aggregate.
other as (

    select source, file, count(*) - count(aggregate_count) as records
    from analytics_event
    group by source, file

)

select
    source,
    file,
    'FAIL' as verdict,
    month,
    count(*) as records,
    case when count(*) <= 1000 then list({'first': row, 'last': row} order by row) end as ranges
from small
group by source, file, month
union all
select source, file, 'PASS' as verdict, null as month, records, null as ranges
from large
union all
select source, file, 'OUT_OF_SCOPE' as verdict, null as month, records, null as ranges
from other
where records > 0
