-- SCP-GEO-FINE: column of analytics or mailing with places finer than a town that no contract names
-- clause: C-21-4 | grain: source | entity: * | reads: column_finding
-- The records of some entities are counted by another check.
select source, entity, file, field, verdict, reason, confidence, records
from column_finding
where code = 'SCP-GEO-FINE' or (code is null and category in ('ANA', 'MKT') and entity not in ('analytics_event', 'mail_member'))
