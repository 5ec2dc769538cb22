-- Erasures that were carried out: one row a request and identifier, as it is compared. A mail tool may know an address by its hash alone.
-- is_planned: the request does not state it, the plan of its erasure found it (erased_hash.sql).
-- reads: request | binds: as_of
with

carried_out as (

    select source, file, row, unnest(string_split(identifiers, ';')) as identifier
    from request
    where lower(trim("right")) = 'erasure' and executed_at_first_date <= $as_of

),

paired as (

    select
        source, file, row,
        lower(trim(regexp_extract(identifier, '^([^=]*)=', 1))) as identifier_kind,
        trim(regexp_replace(identifier, '^[^=]*=', '')) as identifier
    from carried_out

)

select source, file, row, identifier_kind, identifier_key(identifier_kind, identifier) as identifier_value, false as is_planned
from paired
union all
-- Visits of who was logged in (domain.md 4.2).
select source, file, row, 'user_id' as identifier_kind, identifier_key(identifier_kind, identifier) as identifier_value, false as is_planned
from paired
where identifier_kind in ('customer_id', 'account_id')
union all
select source, file, row, 'email_md5' as identifier_kind, md5(identifier_key('email', identifier)) as identifier_value, false as is_planned
from paired
where identifier_kind = 'email'
