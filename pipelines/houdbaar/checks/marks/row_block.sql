-- Rows of any entity that carry an identifier or the key of a block.
-- A key is given as the export has it, or as a finding shows it: hashed with the workspace key.
-- reads: identifier_row, keyed_row, block | binds: inner_pad, outer_pad
with

identified as (

    select identifier_row.source, identifier_row.file, identifier_row.path, identifier_row.row, block.block_number
    from identifier_row
    inner join block on identifier_row.kind = block.identifier_kind and identifier_row.value = block.identifier_value
    where block.selected_source is null or block.selected_source = identifier_row.source

),

keyed as (

    select keyed_row.source, keyed_row.file, keyed_row.path, keyed_row.row, block.block_number
    from keyed_row
    inner join block on keyed_row.source = block.selected_source
    where
        block.identifier_kind is null
        and block.selected_record_key in (keyed_row.record_key, hmac(keyed_row.record_key, $inner_pad, $outer_pad))

)

select source, file, path, row, block_number from identified
union
select source, file, path, row, block_number from keyed
