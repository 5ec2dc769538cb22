-- DSR-SUPPRESSION-LOST: the suppression list doesn't hold the address of a person who refused marketing
-- clause: C-61-4 | grain: record | entity: objection | requires: suppression | reads: marketing_refusal | binds: as_of
select
    source, file, row, record_key, snapshot_date,
    case
        when not is_in_scope then 'OUT_OF_SCOPE'
        when first_date > $as_of then 'NOT_YET'
        when is_suppressed then 'PASS'
        when person is null then 'UNDETERMINED'
        else 'FAIL'
    end as verdict,
    case when person is null and is_in_scope then 'no address is known' end as reason,
    'suppress' as action, 'received_at' as trigger_column, first_date as first_trigger, last_date as last_trigger
from marketing_refusal
where entity = 'objection'
