-- What the rows of some clusters say of their person.
-- reads: wanted_cluster, touched_person, known_name
select distinct
    touched_person.cluster,
    touched_person.level,
    case
        when known_name.name_number is not null
            then row(known_name.surnames, known_name.prefix, known_name.initials, known_name.given)
    end as name,
    touched_person.birth_date,
    touched_person.space,
    touched_person.customer_id
from wanted_cluster
inner join touched_person on wanted_cluster.cluster = touched_person.cluster
left join known_name on touched_person.name_number = known_name.name_number
