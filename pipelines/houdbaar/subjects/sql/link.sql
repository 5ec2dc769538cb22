-- Rows that are somebody's: one row a row of an export; `person` is the same in all rows of one person (domain.md 4).
-- reads: person_row, cluster, held_key
with

held as (

    select row_id, list_sort(list(distinct kind)) as keys
    from held_key
    group by row_id

)

select
    cluster.cluster as person,
    person_row.source,
    person_row.entity,
    person_row.file,
    person_row.row,
    person_row.record_key,
    coalesce(held.keys, []) as keys
from person_row
inner join cluster on person_row.row_id = cluster.row_id
left join held on person_row.row_id = held.row_id
order by person_row.source, person_row.entity, person_row.file, person_row.row
