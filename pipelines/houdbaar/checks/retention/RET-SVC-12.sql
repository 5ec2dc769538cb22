-- RET-SVC-12: data about the use of the service held longer than the promised 12 months
-- clause: C-52-5 | grain: month | entity: service_event | reads: trigger_span | binds: as_of, last_overdue_date, last_due_date
with

event_span as (

    select source, file, trigger_column, issue, blocked_by, first_trigger, last_trigger, oldest_trigger, records, ranges
    from trigger_span
    where entity = 'service_event'

),

judged as (

    select
        source,
        file,
        trigger_column,
        issue,
        blocked_by,
        first_trigger,
        last_trigger,
        oldest_trigger,
        records,
        ranges,
        term_verdict(first_trigger, last_trigger, $as_of, $last_overdue_date, $last_due_date) as verdict
    from event_span

)

select
    source,
    file,
    verdict,
    term_reason(verdict, issue) as reason,
    term_confidence(verdict, issue is null) as confidence,
    records,
    ranges,
    trigger_column,
    first_trigger,
    last_trigger,
    oldest_trigger,
    blocked_by
from judged
