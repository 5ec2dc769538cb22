-- Requests that were carried out, and whether what was to be corrected or erased still stands in exports: one row a request.
-- Rows are the person's by the identifiers that the request names, of a rectification also by the links between records, of an erasure
-- also by the keyed hashes that are kept. What was exported before, or on the day itself, doesn't tell how it is now.
-- reads: request, corrected_row, erased_row, erased_key, export_file | binds: as_of
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

left_behind as (

    select 'rectification' as asked_right, source, file, row, found_source, found_date, null as doubt from corrected_row
    union all
    select 'erasure' as asked_right, source, file, row, found_source, found_date, doubt from erased_row

),

asked as (

    select
        request.*,
        coalesce(lower(trim(request."right")), '') as asked_right,
        coalesce(contains(request.identifiers, '='), false)
        or (request.source, request.file, request.row) in (select (key.source, key.file, key.row) from erased_key as key) as is_identified,
        request.old_value is not null or coalesce(lower(trim(request."right")), '') <> 'rectification' as has_value
    from request

),

looked_at as (

    select
        asked.source, asked.file, asked.row,
        coalesce(bool_or(found.found_date > asked.executed_at_last_date) filter (where found.doubt is null), false) as is_certain,
        bool_or(coalesce(found.found_date >= asked.executed_at_first_date, found.found_source is not null)) as is_possible,
        min(found.doubt) filter (where found.found_date > asked.executed_at_last_date) as doubt
    from asked
    left join left_behind as found
        on
            asked.asked_right = found.asked_right
            and asked.source = found.source and asked.file = found.file and asked.row = found.row
    group by asked.source, asked.file, asked.row

)

select
    asked.source, asked.file, asked.row, asked.record_key, asked.snapshot_date, asked.asked_right,
    asked.executed_at_first_date, asked.executed_at_last_date,
    case
        when asked.executed_at_issue = 'DQ-TS-NULL' then 'OUT_OF_SCOPE'
        when asked.executed_at_first_date > $as_of then 'NOT_YET'
        when looked_at.is_certain then 'FAIL'
        when not asked.is_identified or not asked.has_value or looked_at.is_possible then 'UNDETERMINED'
        when newest.newest_date > asked.executed_at_last_date then 'PASS'
        else 'UNDETERMINED'
    end as verdict,
    case
        when not asked.has_value then 'no old_value'
        when not asked.is_identified then 'no identifiers'
        when looked_at.doubt is not null then looked_at.doubt
        when looked_at.is_possible then 'snapshot order unknown'
        else 'not every export was made since then'
    end as doubt
from asked
cross join newest
inner join looked_at on asked.source = looked_at.source and asked.file = looked_at.file and asked.row = looked_at.row
