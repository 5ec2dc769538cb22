-- RET-STAT-OVER: payments kept past their statutory years
-- clause: C-51-3 | grain: record | entity: payment | reads: payment_entry, relation | binds: last_overdue_date
-- After these years no proof is needed that other purposes ended; a relation that is seen to go on is one.
with

judged as (

    select
        payment_entry.source,
        payment_entry.file,
        payment_entry.row,
        payment_entry.record_key,
        payment_entry.snapshot_date,
        payment_entry.ended_on_first_date,
        payment_entry.ended_on_last_date,
        payment_entry.issue,
        statute_verdict(
            payment_entry.ended_on_first_date, payment_entry.ended_on_last_date, payment_entry.is_future,
            coalesce(relation.is_running or relation.is_open, false), $last_overdue_date
        ) as verdict
    from payment_entry
    left join relation on 'customer:' || payment_entry.customer_id = relation.relation
    where payment_entry.duty = 'books'

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    verdict,
    term_reason(verdict, issue) as reason,
    term_confidence(verdict, coalesce(ended_on_first_date = ended_on_last_date, false)) as confidence,
    'fiscal_year_ended_on' as trigger_column,
    ended_on_first_date as first_trigger,
    ended_on_last_date as last_trigger
from judged
