-- Numbers and names of accounts as keys: no more than their spaces taken off, and the # before an order's number, which shops show and
-- people leave out; what stands for 'none' is no number.
-- Several parts are joined by U+001F; the last one is the number itself.
-- reads: said_value | binds: number_kinds, placeholders
with

trimmed as (

    select
        kind,
        raw,
        case
            when kind = 'client_id' then identifier_key('client_id', raw)
            when kind in ('order_id', 'transaction') then trim(regexp_replace(trim(raw), '^#', ''))
            else array_to_string(list_transform(string_split(raw, chr(31)), lambda part: trim(part)), chr(31))
        end as key_value
    from said_value
    where list_contains($number_kinds, kind)

)

select
    kind,
    raw,
    kind as key_kind,
    key_value,
    case
        when
            trim(split_part(key_value, chr(31), -1), '0 .-') = ''
            or list_contains($placeholders, lower(split_part(key_value, chr(31), -1)))
            then 'placeholder'
    end as state,
    cast(null as varchar) as address
from trimmed
where split_part(key_value, chr(31), -1) <> ''
