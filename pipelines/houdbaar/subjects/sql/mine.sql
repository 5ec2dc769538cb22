-- A person's own rows, by the name that explanations call them.
-- reads: accepted_cluster, cluster, person_row
select
    accepted_cluster.person,
    person_row.row_id,
    concat_ws(':', person_row.source, person_row.entity, person_row.file, person_row.row) as shown
from accepted_cluster
inner join cluster on accepted_cluster.cluster = cluster.cluster
inner join person_row on cluster.row_id = person_row.row_id
