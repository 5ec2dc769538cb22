-- The keys of a person's own rows: those that hold them, and those that they carry, also if these only suggest.
-- reads: mine, touched_key
select mine.person, mine.row_id, touched_key.kind, touched_key.value, touched_key.state, touched_key.is_carried, touched_key.is_held
from mine
inner join touched_key on mine.row_id = touched_key.row_id
