-- SCP-RELINK: column that ties new cookie ids to old ones, or browsers to themselves without a cookie
-- clause: C-52-3 | grain: source | entity: * | reads: column_finding
-- The records of some entities are counted by another check.
select source, entity, file, field, verdict, reason, confidence, records
from column_finding
where code = 'SCP-RELINK' or (code is null and category in ('ANA', 'CK') and entity <> 'analytics_event')
