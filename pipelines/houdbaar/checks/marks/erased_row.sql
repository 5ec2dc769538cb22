-- Rows of exports that carry an identifier of somebody who was erased. What a hold keeps, what a mail tool keeps of one who has
-- unsubscribed so that it never mails them again, and the books through their statutory years (domain.md 2.7) may be there. doubt: why
-- nobody can tell whether it may.
-- reads: erased, identifier_row, export_file, row_block, mail_member, book_entry, payment_entry, unbooked_order
with

kept as (

    select source, file, row from row_block
    union all
    select source, file, row from mail_member
    where status = 'unsubscribed'
    union all
    select source, file, row from book_entry
    where is_floor_running
    union all
    select source, file, row from payment_entry
    where is_floor_running

),

doubted as (

    select source, file, row, 'the books may have to be kept' as doubt from book_entry
    where is_floor_running is null
    union all
    select source, file, row, 'the books may have to be kept' as doubt from payment_entry
    where is_floor_running is null
    union all
    select source, file, row, 'an order may be the only book of its sale' as doubt from unbooked_order

)

select distinct
    erased.source,
    erased.file,
    erased.row,
    identifier_row.source as found_source,
    export_file.snapshot_date as found_date,
    doubted.doubt
from erased
inner join identifier_row on erased.identifier_kind = identifier_row.kind and erased.identifier_value = identifier_row.value
inner join export_file on identifier_row.source = export_file.source and identifier_row.file = export_file.file
left join kept on identifier_row.source = kept.source and identifier_row.file = kept.file and identifier_row.row = kept.row
left join doubted
    on identifier_row.source = doubted.source and identifier_row.file = doubted.file and identifier_row.row = doubted.row
where kept.row is null
