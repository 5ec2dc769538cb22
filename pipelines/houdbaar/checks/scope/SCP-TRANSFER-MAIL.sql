-- SCP-TRANSFER: mailing list that no transfer names, though the policy says that it is stored in the United States
-- clause: C-32-1 | grain: source | entity: * | requires: transfer | reads: transfer, declared_source
with

named as (

    select nullif(trim(unnest(string_split_regex(coalesce(sources, ''), '[;,]'))), '') as source
    from transfer

),

-- A transfer without sources is about all of them.
covering as (

    select bool_or(source is null) as is_general, list(source) as sources
    from named

)

select
    declared.source,
    declared.entity,
    null as file,
    null as field,
    'UNDETERMINED' as verdict,
    'no transfer of the register names it' as reason,
    1 as records
from declared_source as declared
cross join covering
where
    declared.entity = 'mail_member'
    and declared.role is distinct from 'processor'
    and not coalesce(covering.is_general, false)
    and not coalesce(list_contains(covering.sources, declared.source), false)
