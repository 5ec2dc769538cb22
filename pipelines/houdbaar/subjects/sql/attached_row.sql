-- Rows that follow a person, each by its strongest key: a row of attached_link has that. Those that are processed for others are none.
-- reads: attached_place, wanted_value, file_place, linked_source
select wanted_value.person, attached_place.place, attached_place.row, attached_place.record_key, min(wanted_value.strength) as strength
from attached_place
inner join wanted_value on attached_place.value_number = wanted_value.value_number
inner join file_place on attached_place.place = file_place.place
inner join linked_source
    on file_place.source = linked_source.source and linked_source.family = coalesce(wanted_value.family, linked_source.family)
where not (wanted_value.is_anonymous_only and file_place.is_known_user)
group by wanted_value.person, attached_place.place, attached_place.row, attached_place.record_key
