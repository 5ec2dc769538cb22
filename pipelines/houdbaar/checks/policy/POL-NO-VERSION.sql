-- POL-NO-VERSION: no version of the policy was in force at the as-of date
-- clause: C-00-1 | grain: source | entity: * | reads: policy_version | binds: as_of
select
    'policy' as source,
    null as entity,
    null as file,
    null as field,
    case when min(effective_from) <= $as_of then 'PASS' else 'FAIL' end as verdict,
    null as reason,
    1 as records
from policy_version
