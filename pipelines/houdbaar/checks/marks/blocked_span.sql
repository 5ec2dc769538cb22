-- Spans that a hold or pending request is about; edges lie at every date at which a block's reach changes, so that a span
-- is wholly blocked, or held, or not at all. Until then blocked_by holds the numbers of the blocks that its rows carry.
-- reads: judgement, block, block_term | binds: rules
with

numbered as (

    select rowid as number, rule, source, blocked_by, first_trigger, last_trigger
    from judgement
    where list_contains($rules, rule)

),

matched as (

    select
        numbered.number,
        block.block_id,
        numbered.first_trigger > block_term.held_after_date as is_timely
    from numbered
    inner join block
        on
            coalesce(list_contains(numbered.blocked_by, cast(block.block_number as varchar)), false)
            or (coalesce(block.identifier_kind, block.selected_record_key) is null and numbered.source = block.selected_source)
    inner join block_term on numbered.rule = block_term.rule and block.block_number = block_term.block_number
    where
        coalesce(numbered.last_trigger >= block.period_from, true)
        and coalesce(numbered.first_trigger <= block.period_to, true)

)

select
    number,
    list(distinct block_id order by block_id) as blocked_by,
    coalesce(bool_or(is_timely), false) as is_held
from matched
group by number
