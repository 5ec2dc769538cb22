-- CON-WITHDRAWN: nobody knows which mail address is the one of a person who withdrew consent
-- clause: C-61-5 | grain: record | entity: consent | requires: mail_send or mail_member | reads: marketing_refusal | binds: as_of
select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    'identifier_value' as field,
    case
        when not is_in_scope then 'OUT_OF_SCOPE'
        when first_date > $as_of then 'NOT_YET'
        when fault is null then 'PASS'
        else 'UNDETERMINED'
    end as verdict,
    fault as reason,
    'review' as action,
    'withdrawn_at' as trigger_column,
    first_date as first_trigger,
    last_date as last_trigger
from marketing_refusal
where entity = 'consent'
