-- DQ-TZ-ASSUMED: stamps without a zone in a source that doesn't say which zone they stand in
-- grain: source | entity: * | reads: staged_column
select
    source,
    entity,
    column_name as field,
    'FAIL' as verdict,
    'read as ' || zone as reason,
    sum(naive_values) as records
from staged_column
where naive_values > 0 and is_zone_assumed
group by source, entity, column_name, zone
