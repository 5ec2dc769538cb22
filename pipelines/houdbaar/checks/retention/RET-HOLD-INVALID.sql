-- RET-HOLD-INVALID: hold without reason, approver, limits or selector: it has no effect
-- clause: C-53-1 | grain: record | entity: hold | reads: hold_state, block, row_block, fed_identifier
-- A sound hold that meets no record is no finding, but it protects nothing: its identifier may have been mistyped. That is told beside
-- the pass, of a field of its own: another row of the same hold that meets records doesn't hide it.
with

unmet as (

    select
        block.hold_row,
        regexp_replace(min(block.block_id), '^[^:]*:', '') as hold_id,
        min(block.identifier_kind) as kind,
        min(block.selected_source) as selected_source,
        count(fed_identifier.kind) > 0 as is_fed
    from block
    left join fed_identifier
        on
            block.identifier_kind = fed_identifier.kind
            and (block.selected_source is null or block.selected_source = fed_identifier.source)
    where
        block.hold_row is not null
        and coalesce(block.identifier_kind, block.selected_record_key) is not null
        and block.block_number not in (select row_block.block_number from row_block)
    group by block.hold_row

),

told as (

    select
        hold_row,
        'hold ' || hold_id || ' meets no record of these exports: ' || case
            when kind is null then 'check its record key'
            when is_fed then 'check its identifier'
            when selected_source is null then 'no export feeds ' || kind
            else 'its source has no ' || kind
        end as remark
    from unmet

)

select
    hold_state.source,
    hold_state.file,
    hold_state.row,
    hold_state.record_key,
    hold_state.snapshot_date,
    if(told.remark is null, null, 'identifier_value') as field,
    if(hold_state.state = 'invalid', 'FAIL', 'PASS') as verdict,
    if(hold_state.state = 'invalid', hold_state.fault, told.remark) as reason
from hold_state
left join told on hold_state.row = told.hold_row
