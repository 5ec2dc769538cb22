-- Rows that follow a person, each by its strongest key; those that are processed for others are none.
-- reads: touched_row, wanted_value, linked_source
with

reached as (

    select
        wanted_value.person,
        touched_row.entity,
        touched_row.source,
        touched_row.file,
        touched_row.row,
        touched_row.record_key,
        min({
            'strength': wanted_value.strength,
            'tier': wanted_value.tier,
            'kind': wanted_value.kind,
            'via_kind': wanted_value.via_kind,
            'via_value': wanted_value.via_value
        }) as link
    from touched_row
    inner join wanted_value
        on
            touched_row.entity = wanted_value.entity
            and touched_row.column_name = wanted_value.column_name
            and touched_row.raw = wanted_value.raw
    inner join linked_source
        on touched_row.source = linked_source.source and linked_source.family = coalesce(wanted_value.family, linked_source.family)
    where not (wanted_value.is_anonymous_only and touched_row.is_known_user)
    group by
        wanted_value.person, touched_row.entity, touched_row.source, touched_row.file, touched_row.row, touched_row.record_key

)

select
    person,
    entity,
    source,
    file,
    row,
    record_key,
    link.tier as tier,
    link.kind as kind,
    link.via_kind as via_kind,
    link.via_value as via_value
from reached
