-- The e-mail address that each row has now, as compared; its hash, as it is in keys.
-- reads: row_value, normal_value
select row_value.row_id, min(normal_value.key_value) as address
from row_value
inner join normal_value on row_value.kind = normal_value.kind and row_value.raw = normal_value.raw
where row_value.column_name = 'email' and normal_value.key_kind = 'email' and normal_value.address is not null
group by row_value.row_id
