-- SCP-ROLE: nobody said whether the company is controller or processor of a source
-- clause: C-01-1 | grain: source | entity: * | reads: declared_source | binds: is_bare
select
    source,
    entity,
    null as file,
    null as field,
    case when role is not null then 'PASS' when $is_bare then 'NOT_TESTED' else 'FAIL' end as verdict,
    case
        when role is null then if($is_bare, 'a bare folder names no role: make a workspace with `houdbaar init`', 'controller is assumed')
    end as reason,
    1 as records
from declared_source
