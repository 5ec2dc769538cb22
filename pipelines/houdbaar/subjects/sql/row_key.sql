-- The keys of rows that can be linked: one row a row and key, those of one value alone and those of a value and a name.
-- state: NULL links; role, placeholder: what the value is; fan_out: it touches too many people (domain.md 4.3). Who is named at a house
-- where many live is told from them by the name.
-- reads: single_key, person_name, row_name, place_key, key_state
with

named as (

    select row_name.row_id, person_name.surname, person_name.initial
    from row_name
    inner join person_name on row_name.name_number = person_name.name_number

),

beside_name as (

    select
        single_key.row_id,
        case single_key.kind
            when 'iban' then 'iban_name'
            when 'phone' then 'phone_name'
            else 'address_name'
        end as kind,
        case single_key.kind
            when 'iban' then concat_ws(chr(31), single_key.value, named.surname)
            else concat_ws(chr(31), single_key.value, named.surname, named.initial)
        end as value,
        single_key.column_name,
        single_key.kind as base_kind,
        single_key.value as base_value
    from single_key
    inner join named on single_key.row_id = named.row_id
    where single_key.kind = 'iban' or (single_key.kind in ('phone', 'household') and named.initial <> '')

),

united as (

    select row_id, kind, value, column_name, kind as base_kind, value as base_value
    from single_key
    union all
    select row_id, kind, value, column_name, base_kind, base_value
    from beside_name
    union all
    select row_id, kind, value, column_name, kind as base_kind, value as base_value
    from place_key

)

select distinct on (united.row_id, united.kind, united.value)
    united.row_id, united.kind, united.value, united.column_name,
    case when united.kind = 'address_name' and key_state.state = 'fan_out' then null else key_state.state end as state
from united
left join key_state on united.base_kind = key_state.kind and united.base_value = key_state.value
order by united.row_id, united.kind, united.value, united.column_name
