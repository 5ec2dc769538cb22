-- Rows of exports that carry an identifier of somebody who was erased. What a hold kept by then, the bare address that a mail tool keeps of
-- one who has unsubscribed so that it never mails them again, and the books through their statutory years (domain.md 2.7) may be there.
-- doubt: why nobody can tell whether it may.
-- reads: erased_found, row_block, block, hold_state, request, mail_member, book_entry, payment_entry, unbooked_order
with

-- A hold, or another request, of after the erasure forbids to delete what is there again, and excuses nothing (domain.md 2.8); one that was
-- renewed began with the hold about the same that ran on that day.
held as (

    select distinct found.source, found.file, found.row, found.found_source, found.found_file, found.found_row
    from erased_found as found
    inner join request on found.source = request.source and found.file = request.file and found.row = request.row
    inner join row_block as held_row
        on found.found_source = held_row.source and found.found_file = held_row.file and found.found_row = held_row.row
    inner join block on held_row.block_number = block.block_number
    left join hold_state as renewed on block.hold_row = renewed.row
    left join hold_state as earlier
        on
            renewed.identifier_kind is not distinct from earlier.identifier_kind
            and identifier_key(renewed.identifier_kind, renewed.identifier_value)
            is not distinct from identifier_key(earlier.identifier_kind, earlier.identifier_value)
            and renewed.selected_source is not distinct from earlier.selected_source
            and renewed.selected_record_key is not distinct from earlier.selected_record_key
            and request.executed_at_last_date <= earlier.last_on
            and earlier.fault is null
    where least(block.starts_on, earlier.starts_on) <= coalesce(request.executed_at_last_date, block.starts_on)

),

kept as (

    select source, file, row from mail_member
    where status = 'unsubscribed' and coalesce(first_name, last_name, phone, organisation, job_title, notes, tags) is null
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
    union
    select source, file, row, 'the books may have to be kept' as doubt from payment_entry
    where is_floor_running is null

)

select distinct
    found.source,
    found.file,
    found.row,
    found.found_source,
    found.found_date,
    case
        when doubted.doubt is not null then doubted.doubt
        when unbooked.row is not null then 'an order may be the only book of its sale'
        when found.is_whose_unknown then 'a record may be somebody else''s'
    end as doubt
from erased_found as found
left join kept on found.found_source = kept.source and found.found_file = kept.file and found.found_row = kept.row
left join doubted on found.found_source = doubted.source and found.found_file = doubted.file and found.found_row = doubted.row
left join unbooked_order as unbooked
    on
        found.source = unbooked.source and found.file = unbooked.file and found.row = unbooked.row
        and found.found_source = unbooked.found_source and found.found_file = unbooked.found_file
        and found.found_row = unbooked.found_row
left join held
    on
        found.source = held.source and found.file = held.file and found.row = held.row
        and found.found_source = held.found_source and found.found_file = held.found_file and found.found_row = held.found_row
where kept.row is null and held.row is null
