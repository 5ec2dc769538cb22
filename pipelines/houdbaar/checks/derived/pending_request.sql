-- Requests that block deletion at the as-of date: one row a request and identifier (domain.md 2.8).
-- One that nobody numbered blocks too, and is named by its row.
-- A request is pending from its receipt until its answer, and then as long as the answer can be appealed.
-- reads: request | binds: as_of, dsr_appeal_days_cutoff_date
with

pending as (

    select
        case lower(trim("right"))
            when 'restriction' then 'restriction'
            else 'pending_' || lower(trim("right"))
        end || ':' || coalesce(request_id, 'row-' || row) as block_id,
        received_at_first_date as starts_on,
        unnest(string_split(identifiers, ';')) as identifier
    from request
    where
        lower(trim("right")) in ('access', 'erasure', 'portability', 'restriction')
        and received_at_first_date <= $as_of
        and not coalesce(answered_at_last_date <= $dsr_appeal_days_cutoff_date, false)
        and not coalesce(closed_at_last_date < $as_of, false)
        and coalesce(lower(trim(state)), '') not in ('closed', 'withdrawn', 'refused')

)

select
    block_id,
    starts_on,
    lower(trim(regexp_extract(identifier, '^([^=]*)=', 1))) as identifier_kind,
    trim(regexp_replace(identifier, '^[^=]*=', '')) as identifier_value
from pending
where contains(identifier, '=')
