-- What people wrote where nobody declared what: one row a text, with the column that it stands in.
-- reads: contact, invoice, mail_member, message
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

)

select source, entity, file, row, text.field as field, text.words as words
from written
where text.words is not null
