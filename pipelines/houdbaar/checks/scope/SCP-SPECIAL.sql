-- SCP-SPECIAL: citizen service numbers, or data of GDPR articles 9 and 10, in a column
-- clause: C-23-3 | grain: source | entity: * | reads: column_finding
select source, entity, file, field, verdict, reason, confidence, records
from column_finding
where code = 'SCP-SPECIAL' or code is null
