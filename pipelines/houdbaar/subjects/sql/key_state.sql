-- Keys that link nobody: what a value is by itself, or that it touches more people than a person's key does (domain.md 4.3).
-- Somebody has a customer's number in each system; names on parcels are others', where a better row names somebody.
-- reads: single_key, person_row, row_name, person_name, customer_space | binds: identity_max_fanout
with

touched as (

    select
        single_key.kind,
        single_key.value,
        single_key.state,
        customer_space.space,
        trim(person_row.customer_id) as customer_id,
        person_name.surname,
        person_row.entity = 'shipment' as is_parcel
    from single_key
    inner join person_row on single_key.row_id = person_row.row_id
    left join customer_space on person_row.source = customer_space.source
    left join row_name on single_key.row_id = row_name.row_id
    left join person_name on row_name.name_number = person_name.name_number and person_name.is_first
    where single_key.kind in ('email', 'phone', 'iban', 'household') or single_key.state is not null

),

customers as (

    select kind, value, space, count(distinct customer_id) as customers
    from touched
    group by kind, value, space

),

most as (

    select kind, value, max(customers) as customers
    from customers
    group by kind, value

),

named as (

    select
        kind,
        value,
        any_value(state) as state,
        count(distinct surname) as surnames,
        count(distinct surname) filter (where not is_parcel) as own_surnames
    from touched
    group by kind, value

)

select
    named.kind,
    named.value,
    coalesce(named.state, 'fan_out') as state,
    greatest(most.customers, coalesce(nullif(named.own_surnames, 0), named.surnames)) as persons
from named
inner join most on named.kind = most.kind and named.value = most.value
where
    named.state is not null
    or greatest(most.customers, coalesce(nullif(named.own_surnames, 0), named.surnames)) > $identity_max_fanout
