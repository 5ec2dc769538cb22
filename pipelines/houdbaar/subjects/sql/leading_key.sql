-- The keys of a person's own rows that lead to what follows these rows, or to what may be the person's.
-- reads: linked_found, attached_link, mine_key
with

via as (

    select person, via_kind, via_value from linked_found
    union
    select person, via_kind, via_value from attached_link

)

select mine_key.person, mine_key.row_id, mine_key.kind, mine_key.value
from via
inner join mine_key
    on via.person = mine_key.person and via.via_kind = mine_key.kind and via.via_value = mine_key.value
where mine_key.is_carried or mine_key.is_held
