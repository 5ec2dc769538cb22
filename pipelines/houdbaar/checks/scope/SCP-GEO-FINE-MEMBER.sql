-- SCP-GEO-FINE: list member whose place is finer than a town: three decimals of a degree
-- clause: C-21-4 | grain: record | entity: mail_member | reads: mail_member
select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    case when is_fine_degree(latitude) or is_fine_degree(longitude) then 'latitude' end as field,
    case when is_fine_degree(latitude) or is_fine_degree(longitude) then 'FAIL' else 'PASS' end as verdict
from mail_member
