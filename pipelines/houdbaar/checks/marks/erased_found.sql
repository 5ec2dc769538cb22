-- Rows of exports that carry an identifier of somebody who was erased: one row each and request.
-- is_whose_unknown: it may be somebody else's (domain.md 4.2, 4.3), as it has the mailbox of a function, or not the person's address, but
-- another address or customer's number than the request names: a colleague's, or of who has the telephone number now.
-- reads: erased, erased_key, identifier_row, export_file
with

found as (

    select
        erased.source, erased.file, erased.row,
        identifier_row.source as found_source, identifier_row.file as found_file, identifier_row.row as found_row,
        bool_or(identifier_row.kind = 'email' and is_role_mailbox(identifier_row.value))
        and bool_and(identifier_row.kind in ('email', 'email_md5')) as is_of_function,
        bool_or(identifier_row.kind in ('email', 'email_md5')) as is_by_address
    from erased
    inner join identifier_row on erased.identifier_kind = identifier_row.kind and erased.identifier_value = identifier_row.value
    group by all

),

stated as (

    select source, file, row, identifier_kind from erased
    where identifier_value is not null and not is_planned
    union
    select source, file, row, identifier_kind from erased_key
    where not is_planned

),

other as (

    select found.source, found.file, found.row, found.found_source, found.found_file, found.found_row, stated.identifier_kind
    from found
    inner join stated
        on
            found.source = stated.source and found.file = stated.file and found.row = stated.row
            and stated.identifier_kind in ('email', 'customer_id') and not found.is_by_address
    inner join identifier_row
        on
            found.found_source = identifier_row.source and found.found_file = identifier_row.file
            and found.found_row = identifier_row.row and stated.identifier_kind = identifier_row.kind
    left join erased
        on
            found.source = erased.source and found.file = erased.file and found.row = erased.row
            and identifier_row.kind = erased.identifier_kind and identifier_row.value = erased.identifier_value
    group by all
    having count(erased.row) = 0

),

contradicted as (

    select distinct source, file, row, found_source, found_file, found_row
    from other

)

select
    found.source, found.file, found.row, found.found_source, found.found_file, found.found_row, export_file.snapshot_date as found_date,
    found.is_of_function or contradicted.row is not null as is_whose_unknown
from found
inner join export_file on found.found_source = export_file.source and found.found_file = export_file.file
left join contradicted
    on
        found.source = contradicted.source and found.file = contradicted.file and found.row = contradicted.row
        and found.found_source = contradicted.found_source and found.found_file = contradicted.found_file
        and found.found_row = contradicted.found_row
