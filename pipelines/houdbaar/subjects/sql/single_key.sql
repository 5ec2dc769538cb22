-- The keys of rows that are one value alone: one row a row, key and column.
-- reads: row_value, normal_value
select distinct row_value.row_id, normal_value.key_kind as kind, normal_value.key_value as value, row_value.column_name, normal_value.state
from row_value
inner join normal_value on row_value.kind = normal_value.kind and row_value.raw = normal_value.raw
