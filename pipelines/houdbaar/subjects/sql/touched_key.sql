-- The keys of the rows of some clusters.
-- reads: wanted_cluster, linked_key
select
    linked_key.cluster,
    linked_key.row_id,
    linked_key.kind,
    linked_key.value,
    linked_key.state,
    linked_key.is_carried,
    linked_key.is_held
from wanted_cluster
inner join linked_key on wanted_cluster.cluster = linked_key.cluster
