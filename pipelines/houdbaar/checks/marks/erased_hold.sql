-- Erasures that were carried out, and the holds that are or may be on the same person: one row an erasure and hold.
-- They are one person's where they name one identifier, or where a record or a key is certainly of both. Of a hold whose person no export
-- has a record of any more, and that names another kind of identifier than the erasure, nobody can tell.
-- reads: asked_person, subject_record, person_key
with

erased as (

    select distinct person, source, file, row
    from asked_person
    where is_erased

),

held as (

    select distinct person, source, file, row
    from asked_person
    where is_hold

),

-- What is known of each by a value: as it was stated, and as the records that are certainly theirs say it.
known as (

    select person, kind, identifier_key(kind, value) as value
    from asked_person
    union
    select person, kind, value
    from person_key
    where tier = 'definite'
    union
    select person, 'record' as kind, concat_ws(chr(31), source, entity, file, row) as value
    from subject_record
    where tier = 'definite'

),

same as (

    select distinct erased.person, held.person as holder
    from erased
    inner join known on erased.person = known.person
    inner join known as other on known.kind = other.kind and known.value = other.value
    inner join held on other.person = held.person

),

-- What is no such value, as a number without a digit, can't be compared.
compared as (

    select distinct asked_person.person, other.person as holder
    from asked_person
    inner join asked_person as other on asked_person.kind = other.kind
    where identifier_key(asked_person.kind, asked_person.value) is not null and identifier_key(other.kind, other.value) is not null

),

found as (

    select distinct person
    from subject_record
    where tier = 'definite' and source not like 'register.%'

)

select
    erased.source, erased.file, erased.row,
    held.source as hold_source,
    held.file as hold_file,
    held.row as hold_row,
    case when same.person is null then 'nothing is left of whom a hold is about' end as doubt,
    cast(null as date) as seen_on
from erased
cross join held
left join same on erased.person = same.person and held.person = same.holder
left join compared on erased.person = compared.person and held.person = compared.holder
left join found on held.person = found.person
where same.person is not null or (compared.person is null and found.person is null)
