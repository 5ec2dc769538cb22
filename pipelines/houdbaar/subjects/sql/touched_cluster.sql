-- Clusters that a question's keys lead to: only keys that link, and that hold the cluster's rows.
-- reads: stated_key, held_key, cluster
select distinct stated_key.person, stated_key.kind, stated_key.value, cluster.cluster
from stated_key
inner join held_key on stated_key.kind = held_key.kind and stated_key.value = held_key.value
inner join cluster on held_key.row_id = cluster.row_id
where stated_key.state is null
order by stated_key.person, stated_key.kind, stated_key.value, cluster.cluster
