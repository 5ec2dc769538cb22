-- Numbers and names of accounts as keys: no more than their spaces taken off; what stands for 'none' is no number.
-- Several parts are joined by U+001F; the last one is the number itself.
-- reads: said_value | binds: number_kinds, placeholders
select
    kind,
    raw,
    kind as key_kind,
    case
        when kind = 'client_id' then identifier_key('client_id', raw)
        else array_to_string(list_transform(string_split(raw, chr(31)), lambda part: trim(part)), chr(31))
    end as key_value,
    case
        when trim(split_part(raw, chr(31), -1), '0 .-') = '' or list_contains($placeholders, lower(trim(split_part(raw, chr(31), -1))))
            then 'placeholder'
    end as state,
    cast(null as varchar) as address
from said_value
where list_contains($number_kinds, kind) and trim(split_part(raw, chr(31), -1)) <> ''
