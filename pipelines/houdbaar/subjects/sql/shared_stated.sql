-- Stated keys that tell nobody apart: what is wrong with each.
-- reads: stated_key, shared_key, key_state
select
    stated_key.person,
    stated_key.kind,
    min(coalesce(stated_key.state, key_state.state, shared_key.reason)) as reason
from stated_key
left join shared_key on stated_key.kind = shared_key.kind and stated_key.value = shared_key.value
left join key_state on stated_key.kind = key_state.kind and stated_key.value = key_state.value
where coalesce(stated_key.state, key_state.state, shared_key.reason) is not null and stated_key.kind <> 'email_variant'
group by stated_key.person, stated_key.kind
order by stated_key.person, stated_key.kind
