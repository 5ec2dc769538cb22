-- DQ-TS-CONFLICT: event whose date and stamp differ by more than a day; the stamp counts (domain 2.2)
-- grain: source | entity: analytics_event | reads: event_stamp | needs: event_at, event_date
select
    source,
    file,
    case when is_conflict then 'event_date' end as field,
    case when is_conflict then 'FAIL' when is_compared then 'PASS' else 'OUT_OF_SCOPE' end as verdict,
    sum(records) as records,
    case when is_conflict and bool_and(rows is not null) then row_pieces(flatten(list(rows))) end as ranges
from event_stamp
group by source, file, is_conflict, is_compared
