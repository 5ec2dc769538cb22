-- Ids that earlier plans had deleted: how many of their events from before the plan are there, and whether another source has some.
-- Events of later days are new visits.
-- reads: follow_line, event_row | binds: entity
with

matched as (

    select follow_line.number, event_row.source = follow_line.source as is_here
    from follow_line
    inner join event_row
        on follow_line.identity = coalesce(event_row.id_1, event_row.id_2) and follow_line.made_on >= event_row.first_date
    where follow_line.form = 'visitor' and follow_line.entity = $entity

)

select
    number,
    count(*) filter (where is_here) as records,
    false as is_elsewhere
from matched
group by number
