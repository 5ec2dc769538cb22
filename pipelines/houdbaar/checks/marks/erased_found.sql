-- Rows of exports that carry an identifier of somebody who was erased: one row each and request.
-- reads: erased, identifier_row, export_file
select distinct
    erased.source,
    erased.file,
    erased.row,
    identifier_row.source as found_source,
    identifier_row.file as found_file,
    identifier_row.row as found_row,
    export_file.snapshot_date as found_date
from erased
inner join identifier_row on erased.identifier_kind = identifier_row.kind and erased.identifier_value = identifier_row.value
inner join export_file on identifier_row.source = export_file.source and identifier_row.file = export_file.file
