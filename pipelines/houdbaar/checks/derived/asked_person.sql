-- Who is looked for beside those whom a block names: one row a person and identifier. People of requests that wait for an answer; people
-- of erasures that were carried out and, where there are such, of holds: an erasure and a hold may name one person in two ways.
-- person: the register's row, as `request:row` or `hold:row`.
-- reads: request, request_state, hold_state | binds: as_of
with

erasure as (

    select source, file, row
    from request
    where
        lower(trim("right")) = 'erasure' and executed_at_issue is distinct from 'DQ-TS-NULL'
        and coalesce(executed_at_first_date, $as_of) <= $as_of

),

asked as (

    select
        request_state.source, request_state.file, request_state.row,
        erasure.row is not null as is_erased,
        unnest(request_state.identifiers) as identifier
    from request_state
    left join erasure
        on request_state.source = erasure.source and request_state.file = erasure.file and request_state.row = erasure.row
    where erasure.row is not null or request_state.is_waiting

)

select
    'request:' || row as person,
    source,
    file,
    row,
    is_erased,
    false as is_hold,
    identifier.kind as kind,
    identifier.value as value
from asked
where identifier.kind <> '' and identifier.value <> ''
union all
select
    'hold:' || row as person,
    source,
    file,
    row,
    false as is_erased,
    true as is_hold,
    identifier_kind as kind,
    identifier_value as value
from hold_state
where identifier_value is not null and state <> 'invalid' and exists (select 1 from erasure)
