-- Rectifications that were carried out: one row a request and identifier, the identifier and the old value as they are compared.
-- reads: request | binds: as_of
with

carried_out as (

    select
        source, file, row,
        lower(regexp_replace(trim(old_value), '\s+', ' ', 'g')) as old_value,
        unnest(string_split(identifiers, ';')) as identifier
    from request
    where lower(trim("right")) = 'rectification' and executed_at_first_date <= $as_of and old_value is not null

),

paired as (

    select source, file, row, old_value, lower(trim(regexp_extract(identifier, '^([^=]*)=', 1))) as identifier_kind, identifier
    from carried_out

)

select
    source,
    file,
    row,
    old_value,
    identifier_kind,
    identifier_key(identifier_kind, trim(regexp_replace(identifier, '^[^=]*=', ''))) as identifier_value
from paired
