-- The telephone number and the address of contacts and members of lists whose names are known, as they are compared by probability.
-- reads: linked_row, row_value, normal_value
select
    linked_row.row_id,
    max(case when normal_value.key_kind = 'phone' then normal_value.key_value end) as phone,
    max(normal_value.address) as email
from linked_row
inner join row_value on linked_row.row_id = row_value.row_id
inner join normal_value on row_value.kind = normal_value.kind and row_value.raw = normal_value.raw
where
    linked_row.level <= 1
    and linked_row.name_number is not null
    and normal_value.state is null
    and normal_value.key_kind in ('phone', 'email')
group by linked_row.row_id
