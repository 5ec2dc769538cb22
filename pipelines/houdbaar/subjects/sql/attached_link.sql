-- By what rows that only follow are a person's: one row a person and strength.
-- reads: attached_row, wanted_value
with

reached as (

    select distinct person, strength
    from attached_row

),

link as (

    select distinct person, strength, tier, kind, via_kind, via_value
    from wanted_value

)

select link.person, link.strength, link.tier, link.kind, link.via_kind, link.via_value
from reached
inner join link on reached.person = link.person and reached.strength = link.strength
