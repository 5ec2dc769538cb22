-- Keys that link nobody: what a value is by itself, or that it touches more people than a person's key does (domain.md 4.3).
-- reads: row_value, normal_value, person_row, row_name, person_name | binds: identity_max_fanout
with

touched as (

    select
        normal_value.key_kind as kind,
        normal_value.key_value as value,
        any_value(normal_value.state) as state,
        count(distinct person_row.customer_id) as customers,
        count(distinct person_name.surname) as surnames
    from row_value
    inner join normal_value on row_value.kind = normal_value.kind and row_value.raw = normal_value.raw
    inner join person_row on row_value.row_id = person_row.row_id
    left join row_name on row_value.row_id = row_name.row_id
    left join person_name on row_name.name_number = person_name.name_number and person_name.is_first
    where normal_value.key_kind in ('email', 'phone', 'iban', 'household') or normal_value.state is not null
    group by normal_value.key_kind, normal_value.key_value

)

select
    kind,
    value,
    coalesce(state, 'fan_out') as state,
    greatest(customers, surnames) as persons
from touched
where state is not null or (greatest(customers, surnames) > $identity_max_fanout and kind in ('email', 'phone', 'iban'))
