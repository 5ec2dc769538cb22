-- DSR-NOID: a request that waits, of a person whose visits to the website no login links to them
-- clause: C-61-1 | grain: record | entity: request | requires: analytics_event or analytics_user | reads: noted_request
with

judged as (

    select
        *,
        case
            when unnoted_verdict <> 'OUT_OF_SCOPE' and has_unlinked_visits then 'FAIL'
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
    case verdict when 'NOT_TESTED' then untested_reason end as reason,
    'review' as action
from judged
