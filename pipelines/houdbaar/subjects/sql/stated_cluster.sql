-- Clusters that a question's keys lead to; those that hold rows there by is_held.
-- reads: stated_key, key_cluster
select distinct stated_key.person, stated_key.kind, stated_key.value, key_cluster.cluster, key_cluster.is_held
from stated_key
inner join key_cluster on stated_key.kind = key_cluster.kind and stated_key.value = key_cluster.value
where stated_key.state is null
