-- RET-HOLD-INVALID: hold without reason, approver, limits or selector: it has no effect
-- clause: C-53-1 | grain: record | entity: hold | reads: hold_state
select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    case when state = 'invalid' then 'FAIL' else 'PASS' end as verdict,
    case when state = 'invalid' then fault end as reason
from hold_state
