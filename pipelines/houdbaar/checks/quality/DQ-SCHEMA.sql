-- DQ-SCHEMA: rows that don't have the export's shape, and values that are not what their column says
-- A request that doesn't say what is asked, when, or whose data it is about can't be kept (domain.md 2.8, 3.3).
-- Nor can a hold, a request or an objection whose number another one has: nobody can tell which of them is meant.
-- grain: source | entity: * | reads: export_file, rejected_row, staged_column, request_state, hold, request, objection
with

rejected as (

    select source, entity, file, reason, count(*) as records, list({'first': row, 'last': row} order by row) as ranges
    from rejected_row
    group by source, entity, file, reason

),

unclear as (

    select
        source, file, fault.field as field, fault.what as reason, count(*) as records,
        list({'first': row, 'last': row} order by row) as ranges
    from request_state
    where fault is not null
    group by source, file, fault

),

numbered as (

    select source, 'hold' as entity, file, row, record_key from hold
    union all
    select source, 'request' as entity, file, row, record_key from request
    union all
    select source, 'objection' as entity, file, row, record_key from objection

),

repeated as (

    select source, entity, file, count(*) as records, row_pieces(list(row)) as ranges
    from numbered
    where record_key is not null
    group by source, entity, file, record_key
    having count(*) > 1

),

sound as (

    select source, entity, file, rows_staged
    from export_file
    where rows_staged > 0

)

select source, entity, file, null as field, 'FAIL' as verdict, reason, records, ranges
from rejected
union all
select
    source, entity, file, column_name as field, 'FAIL' as verdict,
    'value not understood' as reason, uncast_values as records, null as ranges
from staged_column
where uncast_values > 0
union all
select source, 'request' as entity, file, field, 'FAIL' as verdict, reason, records, ranges
from unclear
union all
select
    source, entity, file, entity || '_id' as field, 'FAIL' as verdict, 'the same number in several rows' as reason, records, ranges
from repeated
union all
select source, entity, file, null as field, 'PASS' as verdict, null as reason, rows_staged as records, null as ranges
from sound
