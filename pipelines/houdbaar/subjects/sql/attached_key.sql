-- What rows that only follow say of whom they are about, as keys: one row a key and value as the export has it.
-- value_number: the same for one value in one column of an entity; they follow `last_number`.
-- reads: attached_value, normal_value | binds: last_number
select
    attached_value.entity,
    attached_value.column_name,
    attached_value.raw,
    attached_value.family,
    normal_value.key_kind,
    normal_value.key_value,
    $last_number + dense_rank() over (
        order by attached_value.entity, attached_value.column_name, attached_value.raw
    ) as value_number
from attached_value
inner join normal_value on attached_value.kind = normal_value.kind and attached_value.said = normal_value.raw
