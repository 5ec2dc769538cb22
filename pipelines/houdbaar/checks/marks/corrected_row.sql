-- Rows of one entity that carry an identifier of a rectification, and its old value in one of their columns.
-- reads: rectified, identifier_row, value_row
select
    rectified.source,
    rectified.file,
    rectified.row,
    value_row.source as found_source,
    value_row.snapshot_date as found_date,
    count(distinct value_row.file || chr(31) || value_row.row) as records
from rectified
inner join identifier_row on rectified.identifier_kind = identifier_row.kind and rectified.identifier_value = identifier_row.value
inner join value_row
    on identifier_row.source = value_row.source and identifier_row.file = value_row.file and identifier_row.row = value_row.row
where list_contains(value_row.contents, rectified.old_value)
group by all
