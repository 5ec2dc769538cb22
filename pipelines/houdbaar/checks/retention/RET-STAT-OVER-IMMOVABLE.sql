-- RET-STAT-OVER: invoices about immovable property kept past their statutory years
-- clause: C-51-3 | grain: record | entity: invoice | reads: statutory_record
-- needs: invoice_date or fiscal_year | binds: last_overdue_date
-- After these years no proof is needed that other purposes ended; a relation that is seen to go on is one.
select
    source, file, row, record_key, snapshot_date,
    statute_verdict(ended_on_first_date, ended_on_last_date, is_future, is_related, $last_overdue_date) as verdict,
    statute_reason(verdict, issue, is_related) as reason,
    term_confidence(verdict, coalesce(ended_on_first_date = ended_on_last_date, false)) as confidence,
    'fiscal_year_ended_on' as trigger_column,
    ended_on_first_date as first_trigger,
    ended_on_last_date as last_trigger
from statutory_record
where entity = 'invoice' and duty = 'immovable'
