-- The rows in which the values of one column stand: one row a row of an export.
-- reads: attached_key, valued_row, file_place | binds: entity, column_name
with

numbered as (

    select distinct value_number, raw
    from attached_key
    where entity = $entity and column_name = $column_name

),

stood as (

    select place, source, file, is_known_user
    from file_place
    where entity = $entity

)

select numbered.value_number, stood.place, valued_row.row, valued_row.record_key
from numbered
inner join valued_row on numbered.raw = valued_row.raw
inner join stood
    on valued_row.source = stood.source and valued_row.file = stood.file and valued_row.is_known_user = stood.is_known_user
order by numbered.value_number
