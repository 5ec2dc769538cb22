-- SCP-IP-FULL: column of full IP addresses in analytics that no contract names
-- clause: C-21-2 | grain: source | entity: * | reads: column_finding
-- The records of some entities are counted by another check.
select source, entity, file, field, verdict, reason, confidence, records
from column_finding
where code = 'SCP-IP-FULL' or (code is null and category = 'ANA' and entity <> 'analytics_event')
