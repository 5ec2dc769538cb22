-- POL-NAMES: nobody named the recipients of data
-- grain: source | entity: * | reads: policy_setting | binds: is_bare
select
    'policy' as source,
    null as entity,
    null as file,
    name as field,
    case when is_set then 'PASS' when $is_bare then 'NOT_TESTED' else 'FAIL' end as verdict,
    case when not is_set then if($is_bare, 'a bare folder has no settings: make a workspace with `houdbaar init`', 'not set') end as reason,
    1 as records
from policy_setting
where name = 'policy.recipients'
