-- Requests that block deletion at the as-of date: one row a request and identifier (domain.md 2.8).
-- reads: request_state
with

pending as (

    select
        case
            when asked_right = 'restriction' then 'restriction'
            when asked_right in ('access', 'erasure', 'portability') then 'pending_' || asked_right
            else 'pending_request'
        end || ':' || request_name as block_id,
        starts_on,
        unnest(identifiers) as identifier
    from request_state
    where is_pending

)

select block_id, starts_on, identifier.kind as identifier_kind, identifier.value as identifier_value
from pending
where identifier.kind <> '' and identifier.value <> ''
