-- Every row that belongs, or may belong, to somebody who is asked about, with the path from the question to it (domain.md 4.4).
-- reads: linked_found, attached_row, touched_person, key_step, link_kind, subject_of | binds: normaliser
with

found as (

    select
        linked_found.person, touched_person.entity, touched_person.source, touched_person.file, touched_person.row,
        touched_person.record_key,
        linked_found.tier, linked_found.kind, linked_found.via_kind, linked_found.via_value
    from linked_found
    inner join touched_person on linked_found.row_id = touched_person.row_id
    union all
    select person, entity, source, file, row, record_key, tier, kind, via_kind, via_value from attached_row

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
    key_step.prefix || path_step(
        key_step.from_row,
        concat_ws(':', found.source, found.entity, found.file, found.row),
        found.kind,
        key_step.masked,
        found.tier,
        link_kind.rule,
        $normaliser
    ) || ']' as path
from found
inner join key_step on found.person = key_step.person and found.via_kind = key_step.kind and found.via_value = key_step.value
inner join link_kind on found.kind = link_kind.kind
left join subject_of on found.person = subject_of.person
order by found.person, found.source, found.entity, found.file, found.row
