-- DQ-ID-PLACEHOLDER: dummy address, number or account that many people carry; it links nobody (domain 4.3)
-- grain: source | entity: * | reads: carried_identifier
select
    source,
    entity,
    file,
    case when state = 'placeholder' then field end as field,
    case when state = 'placeholder' then 'FAIL' else 'PASS' end as verdict,
    count(*) as records,
    case when state = 'placeholder' and count(*) <= 1000 then row_pieces(list(row)) end as ranges
from carried_identifier
group by source, entity, file, state = 'placeholder', case when state = 'placeholder' then field end
