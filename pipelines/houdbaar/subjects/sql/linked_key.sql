-- The keys of rows that can be linked, by whose the rows are: one row a row and key.
-- is_carried: the row says it; is_held: the row is held in its cluster by it. Where nothing contradicts, all that link definitely hold;
-- among those that settling found are keys beside a name that no row says by itself.
-- reads: row_key, cluster, component, knotted, settled_key | binds: settling
with

knotted_row as (

    select component.row_id
    from component
    inner join knotted on component.label = knotted.label

),

united as (

    select
        row_key.row_id,
        row_key.kind,
        row_key.value,
        row_key.state,
        true as is_carried,
        if(
            knotted_row.row_id is null,
            row_key.state is null and list_contains($settling, row_key.kind),
            settled_key.row_id is not null
        ) as is_held
    from row_key
    left join knotted_row on row_key.row_id = knotted_row.row_id
    left join settled_key
        on row_key.row_id = settled_key.row_id and row_key.kind = settled_key.kind and row_key.value = settled_key.value
    union all
    select
        settled_key.row_id, settled_key.kind, settled_key.value, cast(null as varchar) as state, false as is_carried, true as is_held
    from settled_key
    left join row_key
        on settled_key.row_id = row_key.row_id and settled_key.kind = row_key.kind and settled_key.value = row_key.value
    where row_key.row_id is null

)

select cluster.cluster, united.row_id, united.kind, united.value, united.state, united.is_carried, united.is_held
from united
inner join cluster on united.row_id = cluster.row_id
order by cluster.cluster, united.row_id, united.kind, united.value
