-- SCP-TABLE: file among the exports that no contract recognises: nobody said what it is for
-- grain: source | entity: * | reads: stray_file
select
    'unrecognised' as source,
    null as entity,
    null as file,
    file as field,
    'FAIL' as verdict,
    reason,
    1 as records
from stray_file
