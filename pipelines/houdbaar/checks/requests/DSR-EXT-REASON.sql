-- DSR-EXT-REASON: an extension without a reason, so that there is none
-- clause: C-61-1 | grain: record | entity: request | reads: request | binds: as_of
select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    'extension_reason' as field,
    case
        when extended_at_issue = 'DQ-TS-NULL' then 'OUT_OF_SCOPE'
        when extended_at_first_date > $as_of then 'NOT_YET'
        when extension_reason is null then 'FAIL'
        else 'PASS'
    end as verdict,
    'review' as action,
    'extended_at' as trigger_column,
    extended_at_first_date as first_trigger,
    extended_at_last_date as last_trigger
from request
