-- The name of each row that has one.
-- reads: name_fields, known_name
select name_fields.row_id, known_name.name_number
from name_fields
inner join known_name on name_fields.name_fields = known_name.name_fields
