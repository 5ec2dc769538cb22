-- POL-VERSION-STALE: the policy's text at hand is no version on file
-- clause: C-00-1 | grain: source | entity: * | reads: policy_version
-- An audit has no text to look at; the command that has one says it.
select
    'policy' as source,
    null as entity,
    null as file,
    null as field,
    'NOT_TESTED' as verdict,
    'an audit does not see the policy''s text: compare it with `houdbaar policy check --text FILE`' as reason,
    count(*) as records
from policy_version
