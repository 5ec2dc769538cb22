-- The keys that are definitely a person's, where there is a definite row.
-- reads: person_key, linked_found, attached_row
with

found as (

    select person from linked_found
    where tier = 'definite'
    union
    select person from attached_row
    where tier = 'definite'

)

select person_key.person, person_key.kind, person_key.value
from person_key
inner join found on person_key.person = found.person
where person_key.tier = 'definite'
