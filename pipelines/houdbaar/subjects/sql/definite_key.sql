-- Which rows share which keys.
-- reads: row_key, numbered_key
select row_key.row_id, numbered_key.key_number, numbered_key.is_contact
from row_key
inner join numbered_key on row_key.kind = numbered_key.kind and row_key.value = numbered_key.value
