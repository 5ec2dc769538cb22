-- DQ-TS-FUTURE: mail activity stamped after the export was made; it buys no time (domain 2.3)
-- clause: C-52-4 | grain: month | entity: mail_activity | reads: mail_activity | needs: happened_at
with

stamped as (

    select
        source,
        file,
        case when happened_at_issue = 'DQ-TS-FUTURE' then 'FAIL' else 'PASS' end as verdict,
        case when happened_at_issue = 'DQ-TS-FUTURE' then row end as row
    from mail_activity

),

-- One row can be several records (a list in it was taken apart).
counted as (

    select source, file, verdict, row, count(*) as records
    from stamped
    group by source, file, verdict, row

),

islanded as (

    select *, row - row_number() over (partition by source, file, verdict order by row) as island
    from counted

),

piece as (

    select source, file, verdict, min(row) as first, max(row) as last, sum(records) as records
    from islanded
    group by source, file, verdict, island

)

select
    source,
    file,
    verdict,
    'happened_at' as trigger_column,
    sum(records) as records,
    case when count(first) between 1 and 1000 then list({'first': first, 'last': last} order by first) end as ranges
from piece
group by source, file, verdict
