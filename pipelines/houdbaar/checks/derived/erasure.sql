-- Erasures that were carried out: one row a request. person: as asked_person calls it.
-- is_linked: the register still names an identifier that links records; else only keyed hashes may tell whose it was.
-- reads: request, request_state | binds: as_of, linking_kinds
with

asked as (

    select
        source, file, row,
        coalesce(
            list_bool_or(list_transform(identifiers, lambda each: list_contains($linking_kinds, each.kind) and each.value <> '')), false
        ) as is_linked
    from request_state
    where asked_right = 'erasure'

)

select
    asked.source,
    asked.file,
    asked.row,
    'request:' || asked.row as person,
    asked.is_linked
from asked
inner join request on asked.source = request.source and asked.file = request.file and asked.row = request.row
where
    coalesce(request.executed_at_issue, '') <> 'DQ-TS-NULL'
    and coalesce(request.executed_at_first_date, $as_of) <= $as_of
