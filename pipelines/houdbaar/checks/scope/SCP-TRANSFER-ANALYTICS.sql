-- SCP-TRANSFER: analytics that no transfer names, though the policy says that Google receives them
-- clause: C-31-1 | grain: source | entity: * | requires: transfer | reads: unnamed_transfer
select
    source, entity, null as file, null as field, 'UNDETERMINED' as verdict, 'no transfer of the register names it' as reason, 1 as records
from unnamed_transfer
where category = 'ANA'
