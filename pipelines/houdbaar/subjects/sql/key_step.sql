-- The keys to which the rows of one turn lead, each by the first of these rows: those that hold another row of the person's, and those
-- that lead to what follows the person's rows, or to what may be the person's.
-- reads: traced_row, mine_key, leading_key, key_step, person_address | binds: turn
with

-- The keys that hold a row which nothing led to yet.
open_key as (

    select distinct mine_key.person, mine_key.kind, mine_key.value
    from mine_key
    left join traced_row on mine_key.person = traced_row.person and mine_key.row_id = traced_row.row_id
    where mine_key.is_held and traced_row.row_id is null

),

led as (

    select traced_row.person, mine_key.kind, mine_key.value, traced_row.place
    from open_key
    inner join mine_key
        on open_key.person = mine_key.person and open_key.kind = mine_key.kind and open_key.value = mine_key.value
    inner join traced_row on mine_key.person = traced_row.person and mine_key.row_id = traced_row.row_id
    where traced_row.turn = $turn and mine_key.is_held
    union all
    select traced_row.person, leading_key.kind, leading_key.value, traced_row.place
    from traced_row
    inner join leading_key on traced_row.person = leading_key.person and traced_row.row_id = leading_key.row_id
    where traced_row.turn = $turn

),

first as (

    select led.person, led.kind, led.value, min(led.place) as place
    from led
    left join key_step on led.person = key_step.person and led.kind = key_step.kind and led.value = key_step.value
    where key_step.person is null
    group by led.person, led.kind, led.value

),

address as (

    select value, max(address) as address
    from person_address
    group by value

)

select
    first.person,
    first.kind,
    first.value,
    traced_row.steps || ',' || path_step_start(traced_row.shown) as path_start,
    masked_text(coalesce(address.address, told_part(first.kind, first.value))) as masked,
    $turn + 1 as turn
from first
inner join traced_row
    on first.person = traced_row.person and traced_row.turn = $turn and first.place = traced_row.place
left join address on told_part(first.kind, first.value) = address.value
