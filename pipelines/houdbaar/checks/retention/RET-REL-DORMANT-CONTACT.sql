-- RET-REL-DORMANT: contact without a known end of the relation and without a sign of life for 24 months
-- clause: C-51-2 | grain: record | entity: contact | reads: contact_relation | needs: last_contact_at
-- binds: as_of, last_overdue_date, last_due_date
-- A review, no violation: an open account alone is no sign of life. Relations whose end is known have RET-REL-END.
with

judged as (

    select
        source,
        file,
        row,
        record_key,
        snapshot_date,
        is_running,
        active_first_date,
        active_last_date,
        case
            when is_future then 'NOT_YET'
            when is_entity_only then 'OUT_OF_SCOPE'
            when is_running then 'WITHIN'
            else term_verdict(active_first_date, active_last_date, $as_of, $last_overdue_date, $last_due_date)
        end as verdict
    from contact_relation
    where not is_prospect and not has_left and (is_running or is_open or not is_ended)

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    verdict,
    term_reason(verdict, case when active_last_date is not null then 'DQ-TS-PRECISION' end) as reason,
    term_confidence(verdict, coalesce(active_first_date = active_last_date, false)) as confidence,
    'last_activity_on' as trigger_column,
    case when not is_running then active_first_date end as first_trigger,
    case when not is_running then active_last_date end as last_trigger
from judged
