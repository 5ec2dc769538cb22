-- SCP-ART22: column that no contract names and whose name tells of a score with a legal or similar effect
-- clause: C-21-5 | grain: source | entity: * | reads: classified_column
select
    source,
    entity,
    case when has_effect(column_name) and count(*) = 1 then any_value(file) end as file,
    case when has_effect(column_name) then column_name end as field,
    case when not has_effect(column_name) then 'PASS' when bool_and(is_processed) then 'OUT_OF_SCOPE' else 'FAIL' end as verdict,
    case when has_effect(column_name) then 'by its name' end as reason,
    case when has_effect(column_name) then 'assumed' end as confidence,
    sum(files) as records
from classified_column
-- The records of some entities are counted by another check.
where has_effect(column_name) or (column_name is null and entity not in ('mail_member', 'contact', 'analytics_user'))
group by source, entity, column_name
