-- RET-STAT-FIELDS: fields that no statutory duty covers, on an invoice that is kept for that duty only
-- clause: C-51-3 | grain: record | entity: invoice | reads: invoice, book_entry, relation
-- needs: invoice_date or fiscal_year
-- binds: statutory_fields, relationship_grace_months_cutoff_date
-- The fields of the books stay (statutory.fields); the others have no purpose once the relation and its months of grace are over.
with

field_of_row as (

    select
        source, file, row, customer_id,
        unnest(filled_names([
            {'name': 'customer_id', 'is_filled': said(customer_id) is not null},
            {'name': 'contract_ended_on', 'is_filled': coalesce(contract_ended_on_issue, '') <> 'DQ-TS-NULL'},
            {'name': 'customer_name', 'is_filled': said(customer_name) is not null},
            {'name': 'customer_address', 'is_filled': said(customer_address) is not null},
            {'name': 'vat_number', 'is_filled': said(vat_number) is not null},
            {'name': 'payment_reference', 'is_filled': said(payment_reference) is not null},
            {'name': 'email', 'is_filled': said(email) is not null},
            {'name': 'phone', 'is_filled': said(phone) is not null},
            {'name': 'birth_date', 'is_filled': coalesce(birth_date_issue, '') <> 'DQ-TS-NULL'},
            {'name': 'notes', 'is_filled': said(notes) is not null},
            {'name': 'tags', 'is_filled': said(tags) is not null}
        ])) as field
    from invoice

),

-- Once the floor has passed, the whole record is RET-STAT-OVER's.
kept as (

    select
        book_entry.source, book_entry.file, book_entry.row, book_entry.record_key, book_entry.snapshot_date, field_of_row.field,
        case
            when field_of_row.field is null then 'PASS'
            when relation.is_running or relation.is_open then 'PASS'
            when not relation.is_ended then 'UNDETERMINED'
            when relation.ended_first_date > $relationship_grace_months_cutoff_date then 'PASS'
            when relation.ended_last_date <= $relationship_grace_months_cutoff_date and relation.doubt is null then 'FAIL'
            else 'UNDETERMINED'
        end as verdict,
        case when relation.is_ended then coalesce(relation.doubt, relation.ended_issue, 'DQ-TS-PRECISION') end as issue
    from book_entry
    left join field_of_row
        on
            book_entry.source = field_of_row.source
            and book_entry.file = field_of_row.file
            and book_entry.row = field_of_row.row
            and not list_contains($statutory_fields, field_of_row.field)
    left join relation on 'customer:' || book_entry.customer_id = relation.relation
    where coalesce(book_entry.is_floor_running, false) and not book_entry.is_future

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    field,
    verdict,
    case when verdict = 'UNDETERMINED' then coalesce(issue, 'relationship not covered') end as reason
from kept
