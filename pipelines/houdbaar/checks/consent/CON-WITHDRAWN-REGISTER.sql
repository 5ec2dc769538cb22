-- CON-WITHDRAWN: nobody knows which mail address is the one of a person who withdrew consent
-- clause: C-61-5 | grain: record | entity: consent | requires: mail_send or mail_member | reads: marketing_refusal
select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    'identifier_value' as field,
    address_verdict as verdict,
    fault as reason,
    'review' as action,
    'withdrawn_at' as trigger_column,
    first_date as first_trigger,
    last_date as last_trigger
from marketing_refusal
where entity = 'consent'
