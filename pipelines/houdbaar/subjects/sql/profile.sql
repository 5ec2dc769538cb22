-- What the rows of some clusters say of their person.
-- reads: wanted_cluster, touched_person, row_name, known_name, customer_space
select distinct
    touched_person.cluster,
    touched_person.level,
    case
        when known_name.name_number is not null
            then row(known_name.surnames, known_name.prefix, known_name.initials, known_name.given)
    end as name,
    touched_person.birth_date,
    customer_space.space,
    trim(touched_person.customer_id) as customer_id
from wanted_cluster
inner join touched_person on wanted_cluster.cluster = touched_person.cluster
left join row_name on touched_person.row_id = row_name.row_id
left join known_name on row_name.name_number = known_name.name_number
left join customer_space on touched_person.source = customer_space.source
