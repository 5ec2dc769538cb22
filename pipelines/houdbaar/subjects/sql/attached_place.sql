-- The rows in which the values of one column stand: one row a row of an export.
-- reads: attached_key, valued_row | binds: entity, column_name
with

numbered as (

    select distinct entity, value_number, raw
    from attached_key
    where entity = $entity and column_name = $column_name

)

select
    numbered.entity,
    numbered.value_number,
    valued_row.source,
    valued_row.file,
    valued_row.row,
    valued_row.record_key,
    valued_row.is_known_user
from numbered
inner join valued_row on numbered.raw = valued_row.raw
order by numbered.value_number
