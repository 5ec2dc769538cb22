-- A subject is named by the smallest keyed hash among the keys that are definitely the person's (domain.md 4.3): those that hold the
-- person's rows; of somebody without such rows, what was stated.
-- reads: person_key, mine_key, accepted_cluster, attached_link | binds: inner_pad, outer_pad
with

naming as (

    select person, kind, value from mine_key
    where is_held
    union
    select person_key.person, person_key.kind, person_key.value
    from person_key
    where
        person_key.tier = 'definite'
        and person_key.person in (
            select attached_link.person from attached_link
            where attached_link.tier = 'definite'
        )
        and person_key.person not in (select accepted_cluster.person from accepted_cluster)

)

select person, min(hmac(kind || chr(31) || value, $inner_pad, $outer_pad)) as subject
from naming
group by person
order by person
