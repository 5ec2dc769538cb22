-- Rows that follow a person, each by its strongest key; those that are processed for others are none.
-- reads: attached_place, wanted_value, linked_source
with

reached as (

    select
        wanted_value.person,
        attached_place.entity,
        attached_place.source,
        attached_place.file,
        attached_place.row,
        attached_place.record_key,
        min(wanted_value.strength) as strength
    from attached_place
    inner join wanted_value on attached_place.value_number = wanted_value.value_number
    inner join linked_source
        on attached_place.source = linked_source.source and linked_source.family = coalesce(wanted_value.family, linked_source.family)
    where not (wanted_value.is_anonymous_only and attached_place.is_known_user)
    group by
        wanted_value.person,
        attached_place.entity,
        attached_place.source,
        attached_place.file,
        attached_place.row,
        attached_place.record_key

),

link as (

    select distinct person, strength, tier, kind, via_kind, via_value
    from wanted_value

)

select
    reached.person,
    reached.entity,
    reached.source,
    reached.file,
    reached.row,
    reached.record_key,
    link.tier,
    link.kind,
    link.via_kind,
    link.via_value
from reached
inner join link on reached.person = link.person and reached.strength = link.strength
