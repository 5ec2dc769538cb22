-- Blocks about all of a source whose trigger lies in a period.
-- reads: block
select distinct selected_source as source, period_from, period_to
from block
where coalesce(identifier_kind, selected_record_key) is null and selected_source is not null
