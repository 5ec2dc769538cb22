-- Where rows that only follow stand: one row a file of an entity, for known users and for all others; numbered after `last_number`.
-- reads: attached_key, export_file | binds: last_number
with

stood as (

    select distinct entity, source, file, unnest([false, true]) as is_known_user
    from export_file
    where entity in (select attached_key.entity from attached_key)

)

select $last_number + row_number() over (order by entity, source, file, is_known_user) as place, entity, source, file, is_known_user
from stood
