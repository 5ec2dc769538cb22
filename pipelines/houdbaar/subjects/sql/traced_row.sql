-- A person's own rows that the keys of one turn hold, each by the strongest of them. steps: the path to it, as JSON that lacks its end.
-- place: the order in which the rows' own keys are followed.
-- reads: key_step, mine_key, mine, traced_row, link_kind | binds: turn, normaliser
with

reached as (

    select
        mine_key.person,
        mine_key.row_id,
        min({'number': link_kind.number, 'value': key_step.value, 'kind': key_step.kind}) as key
    from key_step
    inner join mine_key on key_step.person = mine_key.person and key_step.kind = mine_key.kind and key_step.value = mine_key.value
    inner join link_kind on key_step.kind = link_kind.kind
    left join traced_row on mine_key.person = traced_row.person and mine_key.row_id = traced_row.row_id
    where key_step.turn = $turn and mine_key.is_held and traced_row.row_id is null
    group by mine_key.person, mine_key.row_id

)

select
    reached.person,
    reached.row_id,
    reached.key.kind as kind,
    reached.key.value as value,
    mine.shown,
    key_step.path_start || to_json(mine.shown)
    || path_step_end(link_kind.kind, key_step.masked, link_kind.tier, link_kind.rule, $normaliser) as steps,
    $turn as turn,
    row_number() over (partition by reached.person order by reached.key.number, reached.key.value, mine.shown) as place
from reached
inner join mine on reached.person = mine.person and reached.row_id = mine.row_id
inner join link_kind on reached.key.kind = link_kind.kind
inner join key_step
    on reached.person = key_step.person and reached.key.kind = key_step.kind and reached.key.value = key_step.value
