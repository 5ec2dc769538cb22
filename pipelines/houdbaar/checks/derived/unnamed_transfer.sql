-- Sources of the company's own data that no transfer of the register names: one row a source and kind of data.
-- reads: transfer, declared_source
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

select declared.source, declared.entity, declared.category
from declared_source as declared
cross join covering
where
    declared.role is distinct from 'processor'
    and not coalesce(covering.is_general, false)
    and not coalesce(list_contains(covering.sources, declared.source), false)
