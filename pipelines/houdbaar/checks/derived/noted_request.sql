-- Requests, and what the search for their people noted: one row a request.
-- ambiguity: why a person has to decide whose records it is about. has_unlinked_visits: no login links visits to the person (art. 11).
-- unnoted_verdict: what is to be said of a request of which nothing was noted; one that nobody was searched for passes nothing.
-- reads: request, request_state, asked_note
with

noted as (

    select
        source, file, row,
        string_agg(distinct text, '; ' order by text) filter (where code = 'DSR-AMBIGUOUS') as ambiguity,
        bool_or(code = 'DSR-NOID') as has_unlinked_visits
    from asked_note
    group by source, file, row

)

select
    request.source,
    request.file,
    request.row,
    request.record_key,
    request.snapshot_date,
    noted.ambiguity,
    coalesce(noted.has_unlinked_visits, false) as has_unlinked_visits,
    case
        when not state.is_waiting then 'OUT_OF_SCOPE'
        when not state.is_searchable then 'NOT_TESTED'
        else 'PASS'
    end as unnoted_verdict,
    'nobody can be found by the identifiers of a request' as untested_reason
from request
inner join request_state as state on request.source = state.source and request.file = state.file and request.row = state.row
left join noted on request.source = noted.source and request.file = noted.file and request.row = noted.row
