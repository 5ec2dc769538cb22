-- Rows that a hold or pending request is about. is_held: it began on or before the last permitted day (domain.md 2.8).
-- A date that isn't known may lie in a block's period: what can't be told apart is not deleted.
-- reads: row_judgement, row_block, block, block_term
with

touched as (

    select source, file, row, block_number
    from row_block

),

matched as (

    select
        row_judgement.rule,
        row_judgement.source,
        row_judgement.file,
        row_judgement.row,
        row_judgement.field,
        block.block_id,
        row_judgement.first_trigger > block_term.held_after_date as is_timely
    from row_judgement
    inner join block_term on row_judgement.rule = block_term.rule
    inner join block
        on
            block_term.block_number = block.block_number
            and (block.selected_source is null or row_judgement.source = block.selected_source)
    left join touched
        on
            row_judgement.source = touched.source
            and row_judgement.file = touched.file
            and row_judgement.row = touched.row
            and block.block_number = touched.block_number
    where
        (touched.block_number is not null or coalesce(block.identifier_kind, block.selected_record_key) is null)
        and (block.fields is null or row_judgement.field is null or list_contains(block.fields, row_judgement.field))
        and coalesce(row_judgement.last_trigger >= block.period_from, true)
        and coalesce(row_judgement.first_trigger <= block.period_to, true)

)

select
    rule,
    source,
    file,
    row,
    field,
    list(distinct block_id order by block_id) as blocked_by,
    coalesce(bool_or(is_timely), false) as is_held
from matched
group by rule, source, file, row, field
