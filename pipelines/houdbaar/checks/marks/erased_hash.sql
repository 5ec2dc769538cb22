-- Identifiers in exports whose keyed hash is that of somebody who was erased: each value is hashed once.
-- reads: erased_key, identifier_row | binds: inner_pad, outer_pad
with

wanted_kind as (

    select distinct identifier_kind
    from erased_key

),

carried as (

    select distinct identifier_row.kind, identifier_row.value
    from identifier_row
    inner join wanted_kind on identifier_row.kind = wanted_kind.identifier_kind

),

hashed as (

    select kind, value, hmac(kind || chr(31) || value, $inner_pad, $outer_pad) as key_hash
    from carried

)

select
    erased_key.source, erased_key.file, erased_key.row, hashed.kind as identifier_kind, hashed.value as identifier_value,
    erased_key.is_planned
from erased_key
inner join hashed on erased_key.identifier_kind = hashed.kind and erased_key.key_hash = hashed.key_hash
