-- CON-WITHDRAWN: tracked after the person withdrew consent
-- clause: C-61-5 | grain: month | entity: analytics_event | needs: client_id or user_id | requires: consent or request | reads: tracked
with

judged as (

    select
        source, file, month, records, ranges, first_date, last_date, issue,
        case
            when is_to_come then 'NOT_YET'
            when withdrawn is not null then withdrawn
            else 'PASS'
        end as verdict
    from tracked

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
