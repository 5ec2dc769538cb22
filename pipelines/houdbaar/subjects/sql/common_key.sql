-- The rows that carry a key which rows of several people carry.
-- reads: linked_key
with

common as (

    select kind, value
    from linked_key
    where is_carried and state is null
    group by kind, value
    having min(cluster) < max(cluster)

)

select linked_key.kind, linked_key.value, linked_key.cluster, linked_key.row_id
from linked_key
inner join common on linked_key.kind = common.kind and linked_key.value = common.value
where linked_key.is_carried
