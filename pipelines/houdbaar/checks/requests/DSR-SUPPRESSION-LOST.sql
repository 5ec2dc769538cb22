-- DSR-SUPPRESSION-LOST: the suppression list doesn't hold the address of a person who refused marketing
-- clause: C-61-4 | grain: record | entity: objection | requires: suppression | reads: marketing_refusal
-- binds: as_of, suppression_months_cutoff_date
-- An entry whose months have passed may be gone.
select
    source, file, row, record_key, snapshot_date,
    case
        when not is_in_scope then 'OUT_OF_SCOPE'
        when first_date > $as_of then 'NOT_YET'
        when is_suppressed then 'PASS'
        when last_date <= $suppression_months_cutoff_date then 'OUT_OF_SCOPE'
        when person is null then 'UNDETERMINED'
        else 'FAIL'
    end as verdict,
    case when verdict = 'UNDETERMINED' then 'no address is known' end as reason,
    'suppress' as action, 'received_at' as trigger_column, first_date as first_trigger, last_date as last_trigger
from marketing_refusal
where entity = 'objection'
