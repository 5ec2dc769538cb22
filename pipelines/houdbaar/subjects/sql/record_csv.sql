-- The records as a spreadsheet shows them: no cell of it is a formula. Of a candidate also the identifiers that its row states, as an
-- option would be given: who confirms it adds one of them to the question.
-- reads: subject_record, person_row, row_value | binds: kinds
with

candidate as (

    select distinct source, entity, file, row
    from subject_record
    where tier <> 'definite'

),

-- A number that a system gives out for itself stands behind that system.
stated_value as (

    select row_id, kind || '=' || trim(string_split(raw, chr(31))[-1]) as said
    from row_value
    where list_contains($kinds, kind) and trim(raw) <> '' and not contains(raw, ';')

),

stated as (

    select
        candidate.source, candidate.entity, candidate.file, candidate.row,
        string_agg(distinct stated_value.said, ';' order by stated_value.said) as identifiers
    from candidate
    inner join person_row
        on
            candidate.source = person_row.source
            and candidate.entity = person_row.entity
            and candidate.file = person_row.file
            and candidate.row = person_row.row
    inner join stated_value on person_row.row_id = stated_value.row_id
    group by candidate.source, candidate.entity, candidate.file, candidate.row

)

select
    found.tier,
    found.person,
    found.subject,
    regexp_replace(found.source, '^(\s*[=+@\t\r-])', '''\1') as source,
    found.entity,
    regexp_replace(found.file, '^(\s*[=+@\t\r-])', '''\1') as file,
    found.row,
    regexp_replace(found.record_key, '^(\s*[=+@\t\r-])', '''\1') as record_key,
    stated.identifiers,
    found.path
from subject_record as found
left join stated
    on found.source = stated.source and found.entity = stated.entity and found.file = stated.file and found.row = stated.row
order by found.person, found.tier, found.source, found.entity, found.file, found.row
