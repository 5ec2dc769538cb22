-- A person's own rows, by the name that explanations call them.
-- reads: accepted_cluster, touched_person
select
    accepted_cluster.person,
    touched_person.row_id,
    concat_ws(':', touched_person.source, touched_person.entity, touched_person.file, touched_person.row) as shown
from accepted_cluster
inner join touched_person on accepted_cluster.cluster = touched_person.cluster
