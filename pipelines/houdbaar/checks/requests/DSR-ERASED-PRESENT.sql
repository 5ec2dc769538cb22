-- DSR-ERASED-PRESENT: data of a person whose erasure was carried out are there again
-- clause: C-61-3 | grain: record | entity: request | reads: carried_out_request
-- Invoices and payments may stay as long as the books must, and no longer.
with

judged as (

    select
        *,
        case when asked_right = 'erasure' then verdict else 'OUT_OF_SCOPE' end as own_verdict
    from carried_out_request

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    'executed_at' as field,
    own_verdict as verdict,
    case when own_verdict = 'UNDETERMINED' then doubt end as reason,
    'review' as action,
    'executed_at' as trigger_column,
    executed_at_first_date as first_trigger,
    executed_at_last_date as last_trigger
from judged
