-- Who stands in the rows of a source that have to stay: nobody of them is deleted by a statement about dates.
-- Without the spaces around them, as statements compare them.
-- reads: event_row, kept_row | binds: source
select distinct
    nullif(trim(event_row.id_1), '') as id_1,
    nullif(trim(event_row.id_2), '') as id_2
from event_row
inner join kept_row on event_row.source = kept_row.source and event_row.file = kept_row.file and event_row.row = kept_row.row
where event_row.source = $source
order by id_1 nulls first, id_2 nulls first
