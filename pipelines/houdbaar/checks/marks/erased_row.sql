-- Rows of exports that carry an identifier of somebody who was erased. What a hold keeps, what a mail tool keeps of one who has
-- unsubscribed so that it never mails them again, and the books through their statutory years (domain.md 2.7) may be there.
-- reads: erased, identifier_row, export_file, row_block, mail_member, book_entry, payment_entry
with

kept as (

    select source, file, row from row_block
    union all
    select source, file, row from mail_member
    where status = 'unsubscribed'
    union all
    select source, file, row from book_entry
    where coalesce(is_floor_running, true)
    union all
    select source, file, row from payment_entry
    where coalesce(is_floor_running, true)

)

select
    erased.source,
    erased.file,
    erased.row,
    identifier_row.source as found_source,
    export_file.snapshot_date as found_date,
    count(distinct identifier_row.file || chr(31) || identifier_row.row) as records
from erased
inner join identifier_row on erased.identifier_kind = identifier_row.kind and erased.identifier_value = identifier_row.value
inner join export_file on identifier_row.source = export_file.source and identifier_row.file = export_file.file
left join kept on identifier_row.source = kept.source and identifier_row.file = kept.file and identifier_row.row = kept.row
where kept.row is null
group by erased.source, erased.file, erased.row, identifier_row.source, export_file.snapshot_date
