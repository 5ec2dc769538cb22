-- Values that rows of many people carry: more customers, or more ways of writing a name, than one person's key has.
-- reads: row_value, person_row | binds: identity_max_fanout
with

carried as (

    select
        row_value.kind,
        identifier_key(row_value.kind, row_value.raw) as value,
        row_value.raw,
        person_row.family,
        trim(person_row.customer_id) as customer_id,
        [person_row.initials, person_row.first_name, person_row.name_prefix, person_row.last_name, person_row.full_name] as said
    from row_value
    inner join person_row on row_value.row_id = person_row.row_id
    where row_value.kind in ('email', 'phone', 'iban')

),

suspect as (

    select kind, value
    from carried
    where value is not null
    group by kind, value
    having greatest(count(distinct concat_ws(chr(31), family, customer_id)), count(distinct said)) > $identity_max_fanout

)

select carried.kind, carried.value, min(carried.raw) as raw, carried.family, carried.customer_id, carried.said
from carried
inner join suspect on carried.kind = suspect.kind and carried.value = suspect.value
group by carried.kind, carried.value, carried.family, carried.customer_id, carried.said
order by carried.kind, carried.value, raw, carried.family, carried.customer_id, carried.said
