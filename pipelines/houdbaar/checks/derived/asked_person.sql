-- Who is looked for beside those whom a block names: one row a person and identifier. People of requests that wait for an answer; people
-- of erasures and rectifications that were carried out; and of holds where there are such erasures: both may name one person in two ways.
-- person: the register's row, as `request:row` or `hold:row`.
-- reads: request, request_state, erasure, hold_state | binds: as_of
with

told as (

    select
        request_state.source, request_state.file, request_state.row, request_state.is_waiting, request_state.identifiers,
        erasure.row is not null as is_erased,
        coalesce(
            request_state.asked_right = 'rectification' and request.executed_at_first_date <= $as_of and request.old_value is not null,
            false
        ) as is_corrected
    from request_state
    inner join request on request_state.source = request.source and request_state.file = request.file and request_state.row = request.row
    left join erasure on request_state.source = erasure.source and request_state.file = erasure.file and request_state.row = erasure.row

),

asked as (

    select source, file, row, is_waiting, is_erased, is_corrected, unnest(identifiers) as identifier
    from told
    where is_waiting or is_erased or is_corrected

)

select
    'request:' || row as person,
    source,
    file,
    row,
    is_waiting,
    is_erased,
    is_corrected,
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
    false as is_waiting,
    false as is_erased,
    false as is_corrected,
    true as is_hold,
    identifier_kind as kind,
    identifier_value as value
from hold_state
where identifier_value is not null and state <> 'invalid' and (select bool_or(told.is_erased) from told)
