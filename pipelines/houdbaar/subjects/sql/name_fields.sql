-- What rows say of a name, as their exports part it.
-- reads: person_row
select row_id, [initials, first_name, name_prefix, last_name, full_name] as name_fields
from person_row
where coalesce(initials, first_name, name_prefix, last_name, full_name) is not null
