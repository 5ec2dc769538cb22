-- DSR-NOID: a request that waits, of a person whose visits to the website no login links to them
-- clause: C-61-1 | grain: record | entity: request | requires: analytics_event or analytics_user
-- reads: request_state, request, asked_note
with

noted as (

    select distinct source, file, row
    from asked_note
    where code = 'DSR-NOID'

),

judged as (

    select
        request.*,
        case
            when not state.is_waiting then 'OUT_OF_SCOPE'
            when noted.row is not null then 'FAIL'
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
    case verdict when 'NOT_TESTED' then 'nobody can be found by the identifiers of a request' end as reason,
    'review' as action
from judged
