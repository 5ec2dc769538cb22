-- Rows without a key whose days an earlier plan names: how many are there, without those of people whom it left alone.
-- Days are counted before they are compared: there are millions of rows, and hundreds of days.
-- reads: follow_line, follow_kept, event_row | binds: entity
with

line as (

    select number, plan, source, first_date, last_date
    from follow_line
    where form = 'dates' and entity = $entity

),

day as (

    select source, first_date, last_date, count(*) as records
    from event_row
    group by source, first_date, last_date

),

left_alone as (

    select event_row.source, event_row.file, event_row.row, event_row.first_date, event_row.last_date, follow_kept.plan
    from event_row
    inner join follow_kept on trim(event_row.id_1) = trim(follow_kept.id_1)
    union
    select event_row.source, event_row.file, event_row.row, event_row.first_date, event_row.last_date, follow_kept.plan
    from event_row
    inner join follow_kept on trim(event_row.id_2) = trim(follow_kept.id_2)

),

counted as (

    select line.number, day.records
    from line
    inner join day on line.source = day.source and line.first_date <= day.first_date and line.last_date >= day.last_date
    union all
    select line.number, -1 as records
    from line
    inner join left_alone
        on
            line.plan = left_alone.plan and line.source = left_alone.source
            and line.first_date <= left_alone.first_date and line.last_date >= left_alone.last_date

)

select
    number,
    cast(sum(records) as bigint) as records,
    false as is_elsewhere
from counted
group by number
