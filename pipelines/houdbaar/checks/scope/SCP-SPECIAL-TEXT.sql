-- SCP-SPECIAL: a citizen service number in a text that somebody wrote: notes, tags, subjects, messages
-- clause: C-23-3 | grain: source | entity: * | of: written_text | reads: written_text, declared_source
-- These columns are what the contracts say they are; what people write into them nobody declared. A mistyped number was meant as one.
with

found as (

    select
        source, entity, file, row, field,
        len(list_filter(service_numbers(words), lambda digits: passes_eleven_test(digits))) > 0 as is_certain
    from written_text
    where len(service_numbers(words)) > 0

)

select
    found.source,
    found.entity,
    found.file,
    found.field,
    case when coalesce(declared.role, '') = 'processor' then 'OUT_OF_SCOPE' else 'FAIL' end as verdict,
    'bsn' as reason,
    case when not bool_or(found.is_certain) then 'assumed' end as confidence,
    count(*) as records,
    case when count(*) <= 1000 then list({'first': found.row, 'last': found.row} order by found.row) end as ranges
from found
left join declared_source as declared on found.source = declared.source and found.entity = declared.entity
group by found.source, found.entity, found.file, found.field, declared.role
