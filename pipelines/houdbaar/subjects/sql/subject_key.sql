-- The keys that name a subject: those that hold the person's rows; of somebody without such rows, what was stated.
-- reads: person_key, accepted_cluster, cluster, held_key, attached_row
select accepted_cluster.person, held_key.kind, held_key.value
from accepted_cluster
inner join cluster on accepted_cluster.cluster = cluster.cluster
inner join held_key on cluster.row_id = held_key.row_id
union
select person_key.person, person_key.kind, person_key.value
from person_key
where
    person_key.tier = 'definite'
    and person_key.person in (
        select attached_row.person from attached_row
        where attached_row.tier = 'definite'
    )
    and person_key.person not in (select accepted_cluster.person from accepted_cluster)
