-- POL-VERSION-META: version of the policy without the hash of its text on file
-- clause: C-71-1 | grain: source | entity: * | reads: policy_version
select
    'policy' as source,
    null as entity,
    null as file,
    'version ' || version as field,
    case when has_text_hash then 'PASS' else 'FAIL' end as verdict,
    case when not has_text_hash then 'no hash of its text' end as reason,
    1 as records
from policy_version
