-- Events in which something stands that shouldn't, by month, and how many have nothing of it: one table for four checks.
-- reads: analytics_event, suspect_event, analytics_leak_event
-- `rows`: their numbers; more than 1,000 would not be listed in a finding anyway.
with

stamped as (

    select
        found.source,
        found.file,
        found.row,
        found.identifier_field,
        found.identifier_kind,
        found.ip_field,
        found.place_field,
        found.relink_field,
        own_month(stamp.event_at_issue, stamp.event_at_last_date, stamp.event_date_last_date) as month
    from suspect_event as stamp
    inner join analytics_leak_event as found on stamp.source = found.source and stamp.file = found.file and stamp.row = found.row

),

counted as (

    select source, file, count(*) as records
    from analytics_event
    group by source, file

),

leaking as (

    select source, file, count(*) as records
    from analytics_leak_event
    group by source, file

)

select
    source, file, identifier_field, identifier_kind, ip_field, place_field, relink_field, month,
    count(*) as records,
    case when count(*) <= 1000 then list(row order by row) end as rows
from stamped
group by all
union all
select
    counted.source,
    counted.file,
    null as identifier_field,
    null as identifier_kind,
    null as ip_field,
    null as place_field,
    null as relink_field,
    null as month,
    counted.records - coalesce(leaking.records, 0) as records,
    null as rows
from counted
left join leaking on counted.source = leaking.source and counted.file = leaking.file
where counted.records > coalesce(leaking.records, 0)
