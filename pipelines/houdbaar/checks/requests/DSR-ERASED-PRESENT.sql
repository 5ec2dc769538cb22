-- DSR-ERASED-PRESENT: data of a person whose erasure was carried out are there again
-- clause: C-61-3 | grain: record | entity: request | reads: request, erased_row, export_file | binds: as_of
-- Rows are the person's by the identifiers that the request names. Invoices and payments stay as long as the books must. What was
-- exported before, or on the day itself, doesn't tell how it is now: every source must have been exported since.
with

newest as (

    select min(newest_date) as newest_date
    from (
        select source, coalesce(max(snapshot_date), date '0001-01-01') as newest_date
        from export_file
        where source not like 'register.%'
        group by source
    ) as exported

),

looked_at as (

    select
        request.source, request.file, request.row,
        coalesce(bool_or(erased_row.found_date > request.executed_at_last_date), false) as is_certain,
        coalesce(bool_or(
            coalesce(erased_row.found_date >= request.executed_at_first_date, erased_row.found_source is not null)
        ), false) as is_possible
    from request
    left join erased_row
        on request.source = erased_row.source and request.file = erased_row.file and request.row = erased_row.row
    group by request.source, request.file, request.row

),

judged as (

    select
        request.*,
        looked_at.is_possible,
        case
            when coalesce(lower(trim(request.right)), '') <> 'erasure' then 'OUT_OF_SCOPE'
            when request.executed_at_issue = 'DQ-TS-NULL' then 'OUT_OF_SCOPE'
            when request.executed_at_first_date > $as_of then 'NOT_YET'
            when looked_at.is_certain then 'FAIL'
            when not coalesce(contains(request.identifiers, '='), false) or looked_at.is_possible then 'UNDETERMINED'
            when newest.newest_date > request.executed_at_last_date then 'PASS'
            else 'UNDETERMINED'
        end as verdict
    from request
    cross join newest
    inner join looked_at on request.source = looked_at.source and request.file = looked_at.file and request.row = looked_at.row

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    'executed_at' as field,
    verdict,
    case
        when verdict <> 'UNDETERMINED' then null
        when not coalesce(contains(identifiers, '='), false) then 'no identifiers'
        when is_possible then 'snapshot order unknown'
        else 'not every export was made since then'
    end as reason,
    'review' as action,
    'executed_at' as trigger_column,
    executed_at_first_date as first_trigger,
    executed_at_last_date as last_trigger
from judged
