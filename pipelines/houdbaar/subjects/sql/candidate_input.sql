-- People as they are compared by probability: contacts and members of lists, with values in the form of keys.
-- reads: person_row, linked_row, known_name, compared_value
select
    person_row.row_id,
    known_name.given as first_name,
    array_to_string(known_name.surnames, ' ') as last_name,
    cast(person_row.birth_date as varchar) as birth_date,
    person_row.house_number,
    upper(replace(person_row.postcode, ' ', '')) as postcode,
    folded_text(person_row.city) as town,
    compared_value.phone,
    compared_value.email
from person_row
inner join linked_row on person_row.row_id = linked_row.row_id
inner join known_name on linked_row.name_number = known_name.name_number
left join compared_value on person_row.row_id = compared_value.row_id
where person_row.level <= 1
