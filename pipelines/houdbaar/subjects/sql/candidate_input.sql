-- People as they are compared by probability: contacts and members of lists, with values in the form of keys.
-- reads: person_row, linked_row, known_name, row_value, normal_value
with

valued as (

    select
        row_value.row_id,
        max(case when normal_value.key_kind = 'phone' then normal_value.key_value end) as phone,
        max(normal_value.address) as email
    from row_value
    inner join normal_value on row_value.kind = normal_value.kind and row_value.raw = normal_value.raw
    where normal_value.state is null and normal_value.key_kind in ('phone', 'email')
    group by row_value.row_id

)

select
    person_row.row_id,
    known_name.given as first_name,
    array_to_string(known_name.surnames, ' ') as last_name,
    cast(person_row.birth_date as varchar) as birth_date,
    person_row.house_number,
    upper(replace(person_row.postcode, ' ', '')) as postcode,
    folded_text(person_row.city) as town,
    valued.phone,
    valued.email
from person_row
inner join linked_row on person_row.row_id = linked_row.row_id
inner join known_name on linked_row.name_number = known_name.name_number
left join valued on person_row.row_id = valued.row_id
where person_row.level <= 1
