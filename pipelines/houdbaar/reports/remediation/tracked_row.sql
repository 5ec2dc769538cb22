-- Events that were recorded without consent or after an objection.
-- A line with very many rows lists none; of those of denied consent the rows are found again.
-- reads: judgement, analytics_event | binds: rules, as_of
with

line as (

    select rule, source, file, month, ranges
    from judgement
    where list_contains($rules, rule) and verdict = 'FAIL'

),

piece as (

    select rule, source, file, month, unnest(ranges) as piece
    from line

)

select source, file, unnest(generate_series(piece.first, piece.last)) as row, rule, month
from piece
union
select event.source, event.file, event.row, line.rule, line.month
from analytics_event as event
inner join line
    on event.source = line.source and event.file = line.file and line.ranges is null and line.rule = 'CON-COOKIE'
where
    lower(trim(event.analytics_consent)) = 'denied' and event.event_at_first_date <= $as_of
    and strftime(event.event_at_last_date, '%Y-%m') is not distinct from line.month
