-- Keys that only suggest: a name beside a company or a town.
-- reads: person_row, row_name, person_name
with

placed as (

    select
        person_row.row_id,
        unnest([
            {'kind': 'name_company', 'place': folded_text(person_row.organisation), 'column_name': 'organisation'},
            {'kind': 'name_town', 'place': folded_text(person_row.city), 'column_name': 'city'}
        ]) as place
    from person_row
    where coalesce(person_row.organisation, person_row.city) is not null

)

select
    placed.row_id,
    placed.place.kind as kind,
    concat_ws(chr(31), placed.place.place, person_name.surname, person_name.initial) as value,
    placed.place.column_name as column_name
from placed
inner join row_name on placed.row_id = row_name.row_id
inner join person_name on row_name.name_number = person_name.name_number
where placed.place.place is not null and person_name.initial <> ''
