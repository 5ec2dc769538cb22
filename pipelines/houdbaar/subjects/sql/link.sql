-- Rows that are somebody's: one row a row of an export; `person` is the same in all rows of one person (domain.md 4).
-- reads: linked_row, linked_key
with

held as (

    select row_id, list_sort(list(distinct kind)) as keys
    from linked_key
    where is_held
    group by row_id

)

select
    linked_row.cluster as person,
    linked_row.source,
    linked_row.entity,
    linked_row.file,
    linked_row.row,
    linked_row.record_key,
    coalesce(held.keys, []) as keys
from linked_row
left join held on linked_row.row_id = held.row_id
order by linked_row.source, linked_row.entity, linked_row.file, linked_row.row
