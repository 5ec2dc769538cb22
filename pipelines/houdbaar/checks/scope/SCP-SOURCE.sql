-- SCP-SOURCE: contact that came through a channel which the policy doesn't name
-- clause: C-00-5 | grain: record | entity: contact | reads: contact | needs: signup_source
select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    case when not is_named_channel(signup_source) then 'signup_source' end as field,
    case when signup_source is null then 'OUT_OF_SCOPE' when is_named_channel(signup_source) then 'PASS' else 'FAIL' end as verdict
from contact
