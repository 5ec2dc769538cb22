-- SCP-SMALL-CELL: row of a report that counts so few people that it may single one out
-- clause: C-21-2 | grain: month | entity: analytics_event | reads: analytics_event | binds: aggregate_k
with

counted as (

    select
        source,
        file,
        row,
        case
            when aggregate_count is null then 'OUT_OF_SCOPE'
            when aggregate_count between 1 and $aggregate_k - 1 then 'FAIL'
            else 'PASS'
        end as verdict,
        case
            when aggregate_count between 1 and $aggregate_k - 1 then strftime(coalesce(event_date_last_date, event_at_last_date), '%Y-%m')
        end as month
    from analytics_event

)

select
    source,
    file,
    verdict,
    month,
    count(*) as records,
    case when verdict = 'FAIL' and count(*) <= 1000 then list_transform(min(row, 1000), lambda number: {'first': number, 'last': number}) end as ranges
from counted
group by source, file, verdict, month
