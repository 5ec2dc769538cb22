-- Records that resemble one that is certainly the person's, and that no key leads to: for somebody to look at.
-- reads: candidate_pair, linked_found, person_row
with

alike as (

    select left_row_id as row_id, right_row_id as other_row_id, probability from candidate_pair
    union all
    select right_row_id as row_id, left_row_id as other_row_id, probability from candidate_pair

),

suggested as (

    select linked_found.person, alike.other_row_id as row_id, max(alike.probability) as probability
    from linked_found
    inner join alike on linked_found.row_id = alike.row_id
    left join linked_found as known on linked_found.person = known.person and alike.other_row_id = known.row_id
    where linked_found.tier = 'definite' and known.row_id is null
    group by linked_found.person, alike.other_row_id

)

select
    suggested.person,
    person_row.source,
    person_row.entity,
    person_row.file,
    person_row.row,
    person_row.record_key,
    suggested.probability
from suggested
inner join person_row on suggested.row_id = person_row.row_id
order by
    suggested.person asc, suggested.probability desc, person_row.source asc, person_row.entity asc, person_row.file asc, person_row.row asc
