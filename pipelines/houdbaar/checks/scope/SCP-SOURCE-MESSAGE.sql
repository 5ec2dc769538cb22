-- SCP-SOURCE: message that came through a channel which the policy doesn't name
-- clause: C-00-5 | grain: record | entity: message | reads: message | needs: channel
select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    case when not is_named_channel(channel) then 'channel' end as field,
    case when channel is null then 'OUT_OF_SCOPE' when is_named_channel(channel) then 'PASS' else 'FAIL' end as verdict
from message
