-- The rows of some clusters, and what each says of its person.
-- reads: wanted_cluster, linked_row
select
    linked_row.cluster,
    linked_row.row_id,
    linked_row.entity,
    linked_row.source,
    linked_row.file,
    linked_row.row,
    linked_row.record_key,
    linked_row.level,
    linked_row.name_number,
    linked_row.birth_date,
    linked_row.space,
    linked_row.customer_id
from wanted_cluster
inner join linked_row on wanted_cluster.cluster = linked_row.cluster
