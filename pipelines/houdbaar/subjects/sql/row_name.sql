-- The name of each row that has one.
-- reads: name_fields, name_of_fields
select name_fields.row_id, name_of_fields.name_number
from name_fields
inner join name_of_fields on name_fields.name_fields = name_of_fields.name_fields
