-- Clusters that a question's keys lead to: only keys that link, and that hold the cluster's rows.
-- reads: stated_key, key_cluster
select distinct stated_key.person, stated_key.kind, stated_key.value, key_cluster.cluster
from stated_key
inner join key_cluster on stated_key.kind = key_cluster.kind and stated_key.value = key_cluster.value
where stated_key.state is null
order by stated_key.person, stated_key.kind, stated_key.value, key_cluster.cluster
