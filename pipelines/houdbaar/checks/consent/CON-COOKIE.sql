-- CON-COOKIE: tracked under an identifier although consent was denied, or not yet given
-- clause: C-21-7 | grain: month | entity: analytics_event | needs: analytics_consent, client_id or user_id | reads: tracked
with

judged as (

    select
        source, file, month, records, ranges, first_date, last_date, issue,
        case
            when is_to_come then 'NOT_YET'
            when state = 'denied' or granted_later = 'FAIL' then 'FAIL'
            when granted_later = 'UNDETERMINED' then 'UNDETERMINED'
            when state = 'unknown' then 'OUT_OF_SCOPE' -- CON-COOKIE-UNKNOWN's: no proof either way
            else 'PASS'
        end as verdict
    from tracked
    where is_recorded

)

select
    source, file, verdict,
    case when verdict = 'UNDETERMINED' then issue end as reason,
    'event_at' as trigger_column,
    case when verdict in ('FAIL', 'UNDETERMINED') then month end as month,
    first_date as first_trigger,
    last_date as last_trigger,
    records,
    ranges
from judged
