-- Rows of one entity that are certainly of the person of a rectification that was carried out, or carry an identifier that it names.
-- reads: asked_person, request, subject_record, identifier_row, export_file | binds: entity
with

found as (

    select asked_person.source, asked_person.file, asked_person.row, identifier_row.path, identifier_row.row as found_row
    from asked_person
    inner join identifier_row
        on
            asked_person.kind = identifier_row.kind
            and identifier_key(asked_person.kind, asked_person.value) = identifier_row.value
    where asked_person.is_corrected
    union
    select asked_person.source, asked_person.file, asked_person.row, export_file.path, subject_record.row as found_row
    from asked_person
    inner join subject_record on asked_person.person = subject_record.person
    inner join export_file
        on
            subject_record.source = export_file.source
            and subject_record.entity = export_file.entity
            and subject_record.file = export_file.file
    where asked_person.is_corrected and subject_record.tier = 'definite' and subject_record.entity = $entity

)

select found.path, found.found_row, found.source, found.file, found.row, request.old_value
from found
inner join request on found.source = request.source and found.file = request.file and found.row = request.row
order by all
