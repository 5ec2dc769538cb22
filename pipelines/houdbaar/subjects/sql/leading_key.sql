-- The keys of a person's own rows that lead to what follows these rows, or to what may be the person's.
-- reads: linked_found, attached_row, mine_carried
with

via as (

    select person, via_kind, via_value from linked_found
    union
    select person, via_kind, via_value from attached_row

)

select mine_carried.person, mine_carried.row_id, mine_carried.kind, mine_carried.value
from via
inner join mine_carried
    on via.person = mine_carried.person and via.via_kind = mine_carried.kind and via.via_value = mine_carried.value
order by mine_carried.person, mine_carried.row_id, mine_carried.kind, mine_carried.value
