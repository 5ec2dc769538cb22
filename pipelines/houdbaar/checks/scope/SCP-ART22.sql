-- SCP-ART22: score or label on a list member that may have a legal or similar effect
-- clause: C-21-5 | grain: record | entity: mail_member | reads: mail_member
select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    case when has_effect(tags) then 'tags' end as field,
    case when has_effect(tags) then 'FAIL' else 'PASS' end as verdict
from mail_member
