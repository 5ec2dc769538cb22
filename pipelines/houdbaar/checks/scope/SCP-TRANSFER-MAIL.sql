-- SCP-TRANSFER: mailing list that no transfer names, though the policy says that it is stored in the United States
-- clause: C-32-1 | grain: source | entity: * | requires: transfer | reads: unnamed_transfer
select
    source, entity, null as file, null as field, 'UNDETERMINED' as verdict, 'no transfer of the register names it' as reason, 1 as records
from unnamed_transfer
where entity = 'mail_member'
