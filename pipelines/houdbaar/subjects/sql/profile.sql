-- What the rows of some clusters say of their person.
-- reads: wanted_cluster, cluster, person_row, row_name, customer_space
select distinct
    cluster.cluster,
    person_row.level,
    row_name.name_number,
    person_row.birth_date,
    customer_space.space,
    trim(person_row.customer_id) as customer_id
from wanted_cluster
inner join cluster on wanted_cluster.cluster = cluster.cluster
inner join person_row on cluster.row_id = person_row.row_id
left join row_name on person_row.row_id = row_name.row_id
left join customer_space on person_row.source = customer_space.source
