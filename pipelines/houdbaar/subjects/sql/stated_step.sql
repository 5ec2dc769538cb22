-- The keys of the questions, with which every path begins: path_start: the steps before a key and the beginning of its own, as JSON.
-- reads: stated_key, person_address
with

stated as (

    select distinct person, kind, value
    from stated_key

),

address as (

    select value, max(address) as address
    from person_address
    group by value

)

select
    stated.person,
    stated.kind,
    stated.value,
    '[' || path_step_start('request') as path_start,
    masked_text(coalesce(address.address, told_part(stated.kind, stated.value))) as masked,
    0 as turn
from stated
left join address on told_part(stated.kind, stated.value) = address.value
