-- DSR-AMBIGUOUS: a request that waits, and of which a person has to decide whose records it is about
-- clause: C-61-1 | grain: record | entity: request | reads: request_state, request, asked_note
with

noted as (

    select source, file, row, string_agg(distinct text, '; ' order by text) as reason
    from asked_note
    where code = 'DSR-AMBIGUOUS'
    group by source, file, row

),

judged as (

    select
        request.*,
        noted.reason,
        case
            when not state.is_waiting then 'OUT_OF_SCOPE'
            when noted.reason is not null then 'FAIL'
            when not state.is_searchable then 'NOT_TESTED'
            else 'PASS'
        end as verdict
    from request
    inner join request_state as state on request.source = state.source and request.file = state.file and request.row = state.row
    left join noted on request.source = noted.source and request.file = noted.file and request.row = noted.row

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    'identifiers' as field,
    verdict,
    case verdict when 'FAIL' then reason when 'NOT_TESTED' then 'nobody can be found by the identifiers of a request' end as reason,
    'review' as action
from judged
