-- RET-STAT-OVER: invoices of one-stop-shop sales kept past their statutory years
-- clause: C-51-3 | grain: record | entity: invoice | reads: book_entry, relation | binds: last_overdue_date
-- After these years no proof is needed that other purposes ended; a relation that is seen to go on is one.
with

judged as (

    select
        book_entry.source,
        book_entry.file,
        book_entry.row,
        book_entry.record_key,
        book_entry.snapshot_date,
        book_entry.ended_on_first_date,
        book_entry.ended_on_last_date,
        book_entry.issue,
        statute_verdict(
            book_entry.ended_on_first_date, book_entry.ended_on_last_date, book_entry.is_future,
            coalesce(relation.is_running or relation.is_open, false), $last_overdue_date
        ) as verdict
    from book_entry
    left join relation on 'customer:' || book_entry.customer_id = relation.relation
    where book_entry.duty = 'oss'

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
