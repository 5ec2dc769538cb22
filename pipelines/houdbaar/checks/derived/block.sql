-- What blocks deletion at the as-of date (domain.md 2.8): one row a hold or pending request and identifier.
-- A block without identifier and record key is about all records of its source whose trigger lies in its period.
-- reads: hold_state, request | binds: as_of, dsr_appeal_days_cutoff_date
with

held as (

    select
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

-- A request is pending from its receipt until its answer, and then as long as the answer can be appealed.
pending as (

    select
        case lower(trim("right"))
            when 'restriction' then 'restriction'
            else 'pending_' || lower(trim("right"))
        end || ':' || request_id as block_id,
        received_at_first_date as starts_on,
        unnest(string_split(identifiers, ';')) as identifier
    from request
    where
        lower(trim("right")) in ('access', 'erasure', 'portability', 'restriction')
        and received_at_first_date <= $as_of
        and not coalesce(answered_at_last_date <= $dsr_appeal_days_cutoff_date, false)
        and not coalesce(closed_at_last_date < $as_of, false)
        and coalesce(lower(trim(state)), '') not in ('closed', 'withdrawn', 'refused')

),

asked as (

    select
        block_id,
        starts_on,
        lower(trim(regexp_extract(identifier, '^([^=]*)=', 1))) as identifier_kind,
        trim(regexp_replace(identifier, '^[^=]*=', '')) as identifier_value
    from pending
    where contains(identifier, '=')

),

united as (

    select
        block_id, starts_on, identifier_kind, identifier_value,
        selected_source, selected_record_key, fields, period_from, period_to
    from held
    union all by name
    select block_id, starts_on, identifier_kind, identifier_value from asked

)

select
    block_id,
    starts_on,
    identifier_kind,
    identifier_key(identifier_kind, identifier_value) as identifier_value,
    selected_source,
    selected_record_key,
    fields,
    period_from,
    period_to
from united
union all
-- A mail tool may know the address by its hash alone.
select
    block_id,
    starts_on,
    'email_md5' as identifier_kind,
    md5(identifier_key('email', identifier_value)) as identifier_value,
    selected_source,
    selected_record_key,
    fields,
    period_from,
    period_to
from united
where identifier_kind = 'email'
