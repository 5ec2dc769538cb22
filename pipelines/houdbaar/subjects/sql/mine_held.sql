-- The keys that hold a person's own rows.
-- reads: mine, touched_key
select mine.person, mine.row_id, touched_key.kind, touched_key.value
from mine
inner join touched_key on mine.row_id = touched_key.row_id
where touched_key.is_held
