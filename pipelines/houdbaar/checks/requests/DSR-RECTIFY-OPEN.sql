-- DSR-RECTIFY-OPEN: the old value of a rectification that was carried out still stands in the person's rows
-- clause: C-61-2 | grain: record | entity: request | reads: carried_out_request
-- Invoices and payments stay as they were issued.
with

judged as (

    select
        *,
        case when asked_right = 'rectification' then verdict else 'OUT_OF_SCOPE' end as own_verdict
    from carried_out_request

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    'old_value' as field,
    own_verdict as verdict,
    case when own_verdict = 'UNDETERMINED' then doubt end as reason,
    'review' as action,
    'executed_at' as trigger_column,
    executed_at_first_date as first_trigger,
    executed_at_last_date as last_trigger
from judged
