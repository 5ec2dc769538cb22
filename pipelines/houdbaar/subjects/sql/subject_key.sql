-- The keys that name a subject: those that hold the person's rows; of somebody without such rows, what was stated.
-- reads: person_key, mine_held, accepted_cluster, attached_row
select person, kind, value from mine_held
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
