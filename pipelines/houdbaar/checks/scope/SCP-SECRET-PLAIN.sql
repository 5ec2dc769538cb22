-- SCP-SECRET-PLAIN: readable passwords or keys in a column
-- clause: C-24-3 | grain: source | entity: * | reads: column_finding
select source, entity, file, field, verdict, reason, confidence, records
from column_finding
where code = 'SCP-SECRET-PLAIN' or code is null
