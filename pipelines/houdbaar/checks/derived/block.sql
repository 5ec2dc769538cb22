-- What blocks deletion at the as-of date (domain.md 2.8): one row a hold or pending request and identifier.
-- block_number tells blocks apart that share an id: a register can hold two rows of one number.
-- hold_row: the hold's row in its register; null for a request.
-- A block without identifier and record key is about all records of its source whose trigger lies in its period.
-- reads: hold_state, pending_request
with

held as (

    select
        row as hold_row,
        kind || ':' || hold_id as block_id,
        starts_on,
        identifier_kind,
        identifier_value,
        selected_source,
        selected_record_key,
        list_transform(string_split(nullif(trim(fields), ''), ','), lambda name: trim(name)) as fields,
        period_from,
        period_to
    from hold_state
    where state = 'effective'

),

united as (

    select
        hold_row, block_id, starts_on, identifier_kind, identifier_value,
        selected_source, selected_record_key, fields, period_from, period_to
    from held
    union all by name
    select block_id, starts_on, identifier_kind, identifier_value from pending_request

),

-- A mail tool may know the address by its hash alone.
known as (

    select
        hold_row, block_id, starts_on, identifier_kind,
        identifier_key(identifier_kind, identifier_value) as identifier_value,
        selected_source, selected_record_key, fields, period_from, period_to
    from united
    union all
    select
        hold_row, block_id, starts_on, 'email_md5' as identifier_kind,
        md5(identifier_key('email', identifier_value)) as identifier_value,
        selected_source, selected_record_key, fields, period_from, period_to
    from united
    where identifier_kind = 'email'

)

select
    dense_rank() over (
        order by block_id, hold_row, starts_on, selected_source, selected_record_key, fields, period_from, period_to
    ) as block_number,
    hold_row, block_id, starts_on, identifier_kind, identifier_value, selected_source, selected_record_key, fields, period_from, period_to
from known
