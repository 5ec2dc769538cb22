-- What the rows of some clusters say of their person.
-- reads: wanted_cluster, cluster, person_row, row_name, known_name, customer_space
select distinct
    cluster.cluster,
    person_row.level,
    case
        when known_name.name_number is not null
            then row(known_name.surnames, known_name.prefix, known_name.initials, known_name.given)
    end as name,
    person_row.birth_date,
    customer_space.space,
    trim(person_row.customer_id) as customer_id
from wanted_cluster
inner join cluster on wanted_cluster.cluster = cluster.cluster
inner join person_row on cluster.row_id = person_row.row_id
left join row_name on person_row.row_id = row_name.row_id
left join known_name on row_name.name_number = known_name.name_number
left join customer_space on person_row.source = customer_space.source
