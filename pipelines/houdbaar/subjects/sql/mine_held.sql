-- The keys that hold a person's own rows.
-- reads: mine, held_key
select mine.person, mine.row_id, held_key.kind, held_key.value
from mine
inner join held_key on mine.row_id = held_key.row_id
