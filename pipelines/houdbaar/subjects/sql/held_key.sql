-- The keys that hold a row in its cluster: where nothing contradicts, all that link definitely.
-- reads: component, knotted, row_key, settled_key | binds: settling
select row_key.row_id, row_key.kind, row_key.value
from row_key
inner join component on row_key.row_id = component.row_id
where
    row_key.state is null
    and list_contains($settling, row_key.kind)
    and component.label not in (select knotted.label from knotted)
union all
select row_id, kind, value from settled_key
