-- All keys of a person's own rows, also those that only suggest.
-- reads: mine, touched_key
select mine.person, mine.row_id, touched_key.kind, touched_key.value, touched_key.state
from mine
inner join touched_key on mine.row_id = touched_key.row_id
where touched_key.is_carried
