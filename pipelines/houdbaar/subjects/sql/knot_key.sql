-- The keys of those rows.
-- reads: component, knotted, row_key | binds: settling
select row_key.row_id, row_key.kind, row_key.value
from component
inner join knotted on component.label = knotted.label
inner join row_key on component.row_id = row_key.row_id
where row_key.state is null and list_contains($settling, row_key.kind)
order by row_key.row_id, row_key.kind, row_key.value
