-- What the search says of the people of requests that wait for an answer: one row a request and note. Records that may be theirs are for
-- a person to decide, too.
-- reads: asked_person, person_note, subject_record
with

asked as (

    select distinct person, source, file, row
    from asked_person
    where is_waiting

),

uncertain as (

    select distinct person
    from subject_record
    where tier <> 'definite'

)

select asked.source, asked.file, asked.row, person_note.code, person_note.text
from asked
inner join person_note on asked.person = person_note.person
union all
select asked.source, asked.file, asked.row, 'DSR-AMBIGUOUS' as code, 'records that may be theirs, and for a person to decide' as text
from asked
inner join uncertain on asked.person = uncertain.person
