-- The rows of some clusters, and what each says of its person.
-- reads: wanted_cluster, cluster, person_row
select
    cluster.cluster,
    person_row.row_id,
    person_row.entity,
    person_row.source,
    person_row.file,
    person_row.row,
    person_row.record_key,
    person_row.level,
    person_row.birth_date,
    person_row.customer_id
from wanted_cluster
inner join cluster on wanted_cluster.cluster = cluster.cluster
inner join person_row on cluster.row_id = person_row.row_id
