-- DQ-TS-ORDER: an end before its start, or an opt-out before its opt-in
-- grain: source | entity: * | reads: stamp_pair
with

compared as (

    select source, entity, file, row, field, end_date < start_date as is_reversed
    from stamp_pair
    where start_date is not null and end_date is not null

)

select
    source,
    entity,
    file,
    case when is_reversed then field end as field,
    case when is_reversed then 'FAIL' else 'PASS' end as verdict,
    count(*) as records,
    case when is_reversed and count(*) <= 1000 then row_pieces(list(row)) end as ranges
from compared
group by source, entity, file, is_reversed, case when is_reversed then field end
