-- Erasures that were carried out, by the keyed hashes that the workspace keeps of them: one row a request and hash.
-- reads: kept_hash, request | binds: as_of, inner_pad, outer_pad
select
    request.source, request.file, request.row, kept_hash.identifier_kind, kept_hash.key_hash, kept_hash.is_planned
from kept_hash
inner join request on kept_hash.request_hash = hmac(request.request_id, $inner_pad, $outer_pad)
where lower(trim(request."right")) = 'erasure' and request.executed_at_first_date <= $as_of
