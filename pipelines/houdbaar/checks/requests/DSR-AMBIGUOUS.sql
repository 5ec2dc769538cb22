-- DSR-AMBIGUOUS: a request that waits, and of which a person has to decide whose records it is about
-- clause: C-61-1 | grain: record | entity: request | reads: noted_request
with

judged as (

    select
        *,
        case
            when unnoted_verdict <> 'OUT_OF_SCOPE' and ambiguity is not null then 'FAIL'
            else unnoted_verdict
        end as verdict
    from noted_request

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    'identifiers' as field,
    verdict,
    case verdict when 'FAIL' then ambiguity when 'NOT_TESTED' then untested_reason end as reason,
    'review' as action
from judged
