-- The rows of components in which something may contradict, as settling sees them, each with the keys that it may be held by.
-- reads: component, knotted, row_key, person_row, row_name, known_name, row_address, customer_space | binds: settling
with

keyed as (

    select row_key.row_id, list(row(row_key.kind, row_key.value) order by row_key.kind, row_key.value) as keys
    from component
    inner join knotted on component.label = knotted.label
    inner join row_key on component.row_id = row_key.row_id
    where row_key.state is null and list_contains($settling, row_key.kind)
    group by row_key.row_id

)

select
    component.label,
    person_row.row_id,
    person_row.level,
    case
        when known_name.name_number is not null
            then row(known_name.surnames, known_name.prefix, known_name.initials, known_name.given)
    end as name,
    person_row.birth_date,
    customer_space.space,
    trim(person_row.customer_id) as customer_id,
    person_row.used_from,
    person_row.used_to,
    row_address.address,
    keyed.keys
from component
inner join knotted on component.label = knotted.label
inner join person_row on component.row_id = person_row.row_id
left join keyed on component.row_id = keyed.row_id
left join row_name on person_row.row_id = row_name.row_id
left join known_name on row_name.name_number = known_name.name_number
left join row_address on person_row.row_id = row_address.row_id
left join customer_space on person_row.source = customer_space.source
order by component.label, person_row.row_id
