-- The rows of components in which something may contradict, as settling sees them.
-- reads: component, knotted, person_row, row_name, row_address, customer_space
select
    component.label,
    person_row.row_id,
    person_row.level,
    row_name.name_number,
    person_row.birth_date,
    customer_space.space,
    trim(person_row.customer_id) as customer_id,
    person_row.used_from,
    person_row.used_to,
    row_address.address
from component
inner join knotted on component.label = knotted.label
inner join person_row on component.row_id = person_row.row_id
left join row_name on person_row.row_id = row_name.row_id
left join row_address on person_row.row_id = row_address.row_id
left join customer_space on person_row.source = customer_space.source
order by component.label, person_row.row_id
