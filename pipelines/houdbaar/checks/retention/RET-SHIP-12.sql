-- RET-SHIP-12: shipment delivered longer ago than the assumed 12 months
-- clause: C-33-2 | grain: record | entity: shipment | reads: shipment
-- needs: delivered_at or shipped_at | binds: as_of, last_overdue_date, last_due_date
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
                'name': 'delivered_at', 'first_date': delivered_at_first_date, 'last_date': delivered_at_last_date,
                'issue': delivered_at_issue
            },
            {'name': 'shipped_at', 'first_date': shipped_at_first_date, 'last_date': shipped_at_last_date, 'issue': shipped_at_issue}
        ]) as began
    from shipment

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
