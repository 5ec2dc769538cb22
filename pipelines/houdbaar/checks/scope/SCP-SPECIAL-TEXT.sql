-- SCP-SPECIAL: a citizen service number in a text that somebody wrote: notes, tags, subjects, messages
-- clause: C-23-3 | grain: source | entity: * | reads: contact, declared_source, invoice, mail_member, message
-- These columns are what the contracts say they are; what people write into them nobody declared. A mistyped number was meant as one.
with

written as (

    select
        source, 'contact' as entity, file, row,
        unnest([{'field': 'notes', 'words': notes}, {'field': 'tags', 'words': tags}]) as text
    from contact
    union all
    select
        source, 'invoice' as entity, file, row,
        unnest([{'field': 'notes', 'words': notes}, {'field': 'tags', 'words': tags}]) as text
    from invoice
    union all
    select
        source, 'mail_member' as entity, file, row,
        unnest([{'field': 'notes', 'words': notes}, {'field': 'tags', 'words': tags}]) as text
    from mail_member
    union all
    select
        source, 'message' as entity, file, row,
        unnest([{'field': 'subject', 'words': subject}, {'field': 'body', 'words': body}]) as text
    from message

),

found as (

    select
        source, entity, file, row, text.field,
        len(list_filter(service_numbers(text.words), lambda digits: passes_eleven_test(digits))) > 0 as is_certain
    from written
    where len(service_numbers(text.words)) > 0

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
