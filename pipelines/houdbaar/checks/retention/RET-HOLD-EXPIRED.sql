-- RET-HOLD-EXPIRED: hold past its end or review date, or longer than a hold may last without renewal: it has no effect any more
-- clause: C-53-1 | grain: record | entity: hold | reads: hold_state
select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    case when state = 'expired' then 'FAIL' else 'PASS' end as verdict
from hold_state
