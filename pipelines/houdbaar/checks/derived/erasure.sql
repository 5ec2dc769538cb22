-- Erasures that were carried out: one row a request. person: as asked_person calls it.
-- is_linked: the register still names an identifier that links records; else only keyed hashes may tell whose it was.
-- reads: request, request_state | binds: as_of, linking_kinds
select
    request_state.source,
    request_state.file,
    request_state.row,
    'request:' || request_state.row as person,
    coalesce(list_bool_or(list_transform(
        request_state.identifiers, lambda each: list_contains($linking_kinds, each.kind) and each.value <> ''
    )), false) as is_linked
from request_state
inner join request on request_state.source = request.source and request_state.file = request.file and request_state.row = request.row
where
    request_state.asked_right = 'erasure' and coalesce(request.executed_at_issue, '') <> 'DQ-TS-NULL'
    and coalesce(request.executed_at_first_date, $as_of) <= $as_of
