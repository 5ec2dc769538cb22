-- Numbers that two sources give out alike, and whether both mean the same person: by address or surname.
-- Sources of one kind of system are held against each other where both say who has the number; a customer's number of another system is
-- believed on any row. Numbers with letters are not met by chance: they never differ.
-- reads: single_key, person_row, row_address, row_name, person_name | binds: first_hash, last_hash
with

number as (

    select row_id, kind, value
    from single_key
    where
        kind in ('customer_id', 'contact_id', 'account_id', 'username') and state is null
        and hash(value) between $first_hash::ubigint and $last_hash::ubigint

),

carried as (

    select
        number.kind,
        number.value,
        person_row.source,
        person_row.family,
        row_address.address,
        person_name.surname,
        person_row.entity = if(number.kind in ('account_id', 'username'), 'account', 'contact') as is_owner
    from number
    inner join person_row on number.row_id = person_row.row_id
    left join row_address on number.row_id = row_address.row_id
    left join row_name on number.row_id = row_name.row_id
    left join person_name on row_name.name_number = person_name.name_number

),

known as (

    select
        kind,
        value,
        source,
        family,
        coalesce(list(distinct address) filter (where address is not null), []) as addresses,
        coalesce(list(distinct surname) filter (where surname is not null), []) as surnames,
        coalesce(list(distinct address) filter (where is_owner and address is not null), []) as own_addresses,
        coalesce(list(distinct surname) filter (where is_owner and surname is not null), []) as own_surnames
    from carried
    group by kind, value, source, family

),

paired as (

    select
        known.kind,
        known.value,
        known.source,
        other.source as other_source,
        if(known.family = other.family, known.own_addresses, known.addresses) as addresses,
        if(known.family = other.family, other.own_addresses, other.addresses) as other_addresses,
        known.surnames,
        other.surnames as other_surnames,
        known.family <> other.family as is_foreign,
        list_has_any(known.addresses, other.addresses) or list_has_any(known.surnames, other.surnames) as agrees
    from known
    inner join known as other on known.kind = other.kind and known.value = other.value and known.source < other.source

)

select
    kind,
    value,
    source,
    other_source,
    agrees,
    not agrees
    and ((len(addresses) > 0 and len(other_addresses) > 0) or (is_foreign and len(surnames) > 0 and len(other_surnames) > 0))
    and (kind <> 'customer_id' or regexp_full_match(value, '[0-9]+')) as differs
from paired
