-- DQ-ID-SHARED: address, number or account that more people carry than one person's would be; it links nobody (domain 4.3)
-- grain: source | entity: * | reads: carried_identifier
select
    source,
    entity,
    file,
    case when state = 'fan_out' then field end as field,
    case when state = 'fan_out' then 'FAIL' else 'PASS' end as verdict,
    count(*) as records,
    case when state = 'fan_out' and count(*) <= 1000 then row_pieces(list(row)) end as ranges
from carried_identifier
group by source, entity, file, state = 'fan_out', case when state = 'fan_out' then field end
