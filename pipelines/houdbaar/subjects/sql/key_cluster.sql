-- Which keys hold rows of which clusters.
-- reads: held_key, cluster
select distinct held_key.kind, held_key.value, cluster.cluster
from held_key
inner join cluster on held_key.row_id = cluster.row_id
