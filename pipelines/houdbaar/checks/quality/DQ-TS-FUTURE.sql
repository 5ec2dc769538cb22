-- DQ-TS-FUTURE: mail activity stamped after the export was made; it buys no time (domain 2.3)
-- clause: C-52-4 | grain: month | entity: mail_activity | reads: mail_activity | needs: happened_at
with

stamped as (

    select source, file, row, case when happened_at_issue = 'DQ-TS-FUTURE' then 'FAIL' else 'PASS' end as verdict
    from mail_activity

)

select
    source,
    file,
    verdict,
    'happened_at' as trigger_column,
    count(*) as records,
    case when verdict = 'FAIL' then list({'first': row, 'last': row} order by row) end as ranges
from stamped
group by source, file, verdict
