-- Every row that belongs, or may belong, to somebody who is asked about, with the path from the question to it (domain.md 4.4).
-- What a path says before and after the row is told once for all rows that follow by one key.
-- reads: linked_found, attached_link, attached_row, file_place, touched_person, key_step, link_kind, subject_of | binds: normaliser
with

link as (

    select person, row_id, null as strength, tier, kind, via_kind, via_value from linked_found
    union all
    select person, null as row_id, strength, tier, kind, via_kind, via_value from attached_link

),

told as (

    select
        link.person, link.row_id, link.strength, link.tier,
        key_step.path_start,
        path_step_end(link.kind, key_step.masked, link.tier, link_kind.rule, $normaliser) || ']' as path_end
    from link
    inner join key_step on link.person = key_step.person and link.via_kind = key_step.kind and link.via_value = key_step.value
    inner join link_kind on link.kind = link_kind.kind

),

found as (

    select
        told.person, touched_person.entity, touched_person.source, touched_person.file, touched_person.row,
        touched_person.record_key,
        told.tier, told.path_start, told.path_end
    from told
    inner join touched_person on told.row_id = touched_person.row_id
    union all
    select
        attached_row.person, file_place.entity, file_place.source, file_place.file, attached_row.row, attached_row.record_key,
        told.tier, told.path_start, told.path_end
    from attached_row
    inner join file_place on attached_row.place = file_place.place
    inner join told on attached_row.person = told.person and attached_row.strength = told.strength

)

select
    found.person,
    subject_of.subject,
    found.source,
    found.entity,
    found.file,
    found.row,
    found.record_key,
    found.tier,
    found.path_start || to_json(concat_ws(':', found.source, found.entity, found.file, found.row)) || found.path_end as path
from found
left join subject_of on found.person = subject_of.person
order by found.person, found.source, found.entity, found.file, found.row
