-- SCP-COLUMN: personal column that no contract names, by its name or its values
-- clause: C-00-6 | grain: source | entity: * | reads: column_finding
select source, entity, file, field, verdict, reason, confidence, records
from column_finding
where code = 'SCP-COLUMN' or code is null
