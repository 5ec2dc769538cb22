-- DQ-EMAIL-INVALID: value in an e-mail column that is no address; it links nobody (domain 4.1)
-- grain: source | entity: * | reads: written_address
with

judged as (

    select source, entity, file, row, field, is_address(value) as is_valid
    from written_address

)

select
    source,
    entity,
    file,
    case when not is_valid then field end as field,
    case when is_valid then 'PASS' else 'FAIL' end as verdict,
    count(*) as records,
    case when not is_valid and count(*) <= 1000 then row_pieces(list(row)) end as ranges
from judged
group by source, entity, file, is_valid, case when not is_valid then field end
