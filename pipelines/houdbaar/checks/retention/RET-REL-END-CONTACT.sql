-- RET-REL-END: contact kept longer than the assumed 12 months after the relation ended, or after the person left the customer
-- clause: C-51-2 | grain: record | entity: contact | reads: contact_relation | binds: as_of, last_overdue_date, last_due_date
-- Where no end is known, RET-REL-DORMANT looks for a sign of life instead. Prospects have a term of their own (RET-LEAD-12).
-- What is about a firm alone is told as out of scope, whatever else is known of it.
with

-- Who left after the relation had ended did not make it last longer.
ended as (

    select
        *,
        is_ended and not is_running and not is_open and doubt is null as is_over,
        case
            when not has_left then ended_first_date
            when left_first_date is not null then least(left_first_date, case when is_over then ended_first_date end)
        end as first_date,
        case
            when not has_left then ended_last_date
            else least(left_last_date, case when is_over then ended_last_date end)
        end as last_date,
        case when has_left then left_issue else coalesce(doubt, ended_issue) end as issue
    from contact_relation
    where
        not is_prospect
        and (has_left or is_running or is_open or is_ended or is_entity_only or doubt = 'snapshot order unknown')

),

judged as (

    select
        *,
        term_verdict(first_date, last_date, $as_of, $last_overdue_date, $last_due_date) as term,
        case
            when is_future then 'NOT_YET'
            when is_entity_only then 'OUT_OF_SCOPE'
            when not has_left and (is_running or is_open) then 'WITHIN'
            when not has_left and doubt is not null and term = 'OVERDUE' then 'UNDETERMINED'
            else term
        end as verdict
    from ended

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    verdict,
    term_reason(verdict, coalesce(issue, interval_issue(first_date, last_date))) as reason,
    term_confidence(verdict, coalesce(first_date = last_date, false)) as confidence,
    'relation_ended_on' as trigger_column,
    case when has_left or not (is_running or is_open) then first_date end as first_trigger,
    case when has_left or not (is_running or is_open) then last_date end as last_trigger
from judged
