-- All keys of a person's own rows, also those that only suggest.
-- reads: mine, row_key
select mine.person, mine.row_id, row_key.kind, row_key.value, row_key.state
from mine
inner join row_key on mine.row_id = row_key.row_id
