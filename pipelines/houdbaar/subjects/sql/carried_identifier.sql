-- E-mail addresses, telephone numbers and accounts of rows: one row a row and column.
-- state: fan_out or placeholder where too many people carry the value; role mailboxes are no person's, and nobody's fault.
-- reads: row_value, person_row, identifier_state
select
    person_row.source,
    person_row.entity,
    person_row.file,
    person_row.row,
    row_value.column_name as field,
    coalesce(identifier_state.state, '') as state
from row_value
inner join person_row on row_value.row_id = person_row.row_id
left join identifier_state
    on row_value.kind = identifier_state.kind and identifier_key(row_value.kind, row_value.raw) = identifier_state.value
where row_value.kind in ('email', 'phone', 'iban')
