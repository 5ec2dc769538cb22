-- The events of tracked_row whose finding is open, by the id that the rows carry: the client's, else the user's.
-- reads: tracked_row, open_finding, event_row | binds: rules
with

known as (

    select source, file, row, coalesce(id_1, id_2) as identity, id_1 is null as is_user
    from event_row
    where coalesce(id_1, id_2) is not null

),

asked as (

    select distinct rule, source, overdue_month
    from open_finding
    where verdict = 'FAIL' and list_contains($rules, rule)

)

select
    known.source,
    known.identity,
    known.is_user,
    tracked_row.rule,
    tracked_row.month,
    hash(known.file, known.row) as row_hash -- of one id: two rows share one no more often than a disk errs
from tracked_row
inner join known on tracked_row.source = known.source and tracked_row.file = known.file and tracked_row.row = known.row
inner join asked
    on tracked_row.rule = asked.rule and tracked_row.source = asked.source and tracked_row.month is not distinct from asked.overdue_month
