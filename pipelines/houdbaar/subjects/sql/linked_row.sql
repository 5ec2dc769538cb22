-- Rows that can be linked, by whose they are, with what each says of its person.
-- reads: person_row, cluster, row_name, customer_space
select
    cluster.cluster,
    person_row.row_id,
    person_row.entity,
    person_row.source,
    person_row.file,
    person_row.row,
    person_row.record_key,
    person_row.level,
    row_name.name_number,
    person_row.birth_date,
    customer_space.space,
    trim(person_row.customer_id) as customer_id
from cluster
inner join person_row on cluster.row_id = person_row.row_id
left join row_name on cluster.row_id = row_name.row_id
left join customer_space on person_row.source = customer_space.source
order by cluster.cluster, person_row.row_id
