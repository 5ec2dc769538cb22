-- CON-WITHDRAWN: nobody knows which mail address is the one of a person who withdrew consent
-- clause: C-61-5 | grain: record | entity: request | requires: mail_send or mail_member | reads: marketing_refusal
select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    'identifiers' as field,
    case when act = 'withdrawal' then address_verdict else 'OUT_OF_SCOPE' end as verdict,
    fault as reason,
    'review' as action,
    'received_at' as trigger_column,
    first_date as first_trigger,
    last_date as last_trigger
from marketing_refusal
where entity = 'request'
