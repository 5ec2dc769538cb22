-- Erasures of whom the register no longer names an identifier, or names only what links nobody, and the holds that are or may be on the
-- same person: one row an erasure and hold. The keyed hashes that are kept of an erasure tell it where they are of one kind with the hold.
-- reads: erasure, erased_key, asked_person, person_key | binds: inner_pad, outer_pad
with

erased as (

    select person, source, file, row
    from erasure
    where not is_linked

),

held as (

    select distinct person, source, file, row
    from asked_person
    where is_hold

),

known as (

    select person, kind, identifier_key(kind, value) as value
    from asked_person
    where is_hold
    union
    select person_key.person, person_key.kind, person_key.value
    from person_key
    inner join held on person_key.person = held.person
    where person_key.tier = 'definite'

),

hashed as (

    select person, kind, hmac(kind || chr(31) || value, $inner_pad, $outer_pad) as key_hash
    from known

),

compared as (

    select erased.person, hashed.person as holder, bool_or(erased_key.key_hash = hashed.key_hash) as is_same
    from erased
    inner join erased_key on erased.source = erased_key.source and erased.file = erased_key.file and erased.row = erased_key.row
    inner join hashed on erased_key.identifier_kind = hashed.kind
    group by erased.person, hashed.person

)

select
    erased.source,
    erased.file,
    erased.row,
    held.source as hold_source,
    held.file as hold_file,
    held.row as hold_row,
    case when compared.is_same is null then 'nothing is left of whom the erasure is about' end as doubt,
    cast(null as date) as seen_on
from erased
cross join held
left join compared on erased.person = compared.person and held.person = compared.holder
where coalesce(compared.is_same, true)
