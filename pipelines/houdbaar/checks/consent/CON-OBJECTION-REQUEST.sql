-- CON-OBJECTION: nobody knows which mail address is the one of a person who objected
-- clause: C-61-4 | grain: record | entity: request | requires: mail_send or mail_member | reads: marketing_refusal
select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    'identifiers' as field,
    case when act = 'objection' then address_verdict else 'OUT_OF_SCOPE' end as verdict,
    fault as reason,
    'review' as action,
    'received_at' as trigger_column,
    first_date as first_trigger,
    last_date as last_trigger
from marketing_refusal
where entity = 'request'
