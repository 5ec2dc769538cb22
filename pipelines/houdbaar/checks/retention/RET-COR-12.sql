-- RET-COR-12: correspondence closed longer ago than the assumed 12 months
-- clause: C-23-7 | grain: record | entity: message | reads: message
-- needs: closed_at or last_message_at or created_at | binds: as_of, last_overdue_date, last_due_date
-- A ticket that was never closed counts from its last message; 'no end' as its close says no more than an empty one. Of a last message that
-- is known by a bound only, as the last change of a ticket, no more is sure than that it came on or after the first.
with

begun as (

    select
        source,
        file,
        row,
        record_key,
        snapshot_date,
        first_given([
            {
                'name': 'closed_at', 'first_date': closed_at_first_date, 'last_date': closed_at_last_date,
                'issue': case when closed_at_first_date > $as_of then 'DQ-TS-NULL' else closed_at_issue end
            },
            {
                'name': 'last_message_at', 'first_date': last_message_at_first_date, 'last_date': last_message_at_last_date,
                'issue': last_message_at_issue
            },
            {
                'name': 'created_at', 'first_date': created_at_first_date,
                'last_date': case when created_at_last_date is not null then greatest(created_at_last_date, last_message_at_last_date) end,
                'issue': coalesce(created_at_issue, interval_issue(created_at_last_date, last_message_at_last_date))
            }
        ]) as began
    from message

),

judged as (

    select
        source,
        file,
        row,
        record_key,
        snapshot_date,
        began,
        term_verdict(began.first_date, began.last_date, $as_of, $last_overdue_date, $last_due_date) as verdict
    from begun

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    verdict,
    term_reason(verdict, began.issue) as reason,
    term_confidence(verdict, coalesce(began.first_date = began.last_date, false)) as confidence,
    began.name as trigger_column,
    began.first_date as first_trigger,
    began.last_date as last_trigger
from judged
