-- How many rows a statement about dates finds that leaves some people alone: one row a line of the plan.
-- reads: event_row, dated_line, kept_identity
with

first_kept as (

    select distinct id_1
    from kept_identity
    where id_1 is not null

),

second_kept as (

    select distinct id_2
    from kept_identity
    where id_2 is not null

),

others as (

    select event_row.source, event_row.first_date, event_row.last_date, count(*) as records
    from event_row
    left join first_kept on trim(event_row.id_1) = first_kept.id_1
    left join second_kept on trim(event_row.id_2) = second_kept.id_2
    where first_kept.id_1 is null and second_kept.id_2 is null
    group by event_row.source, event_row.first_date, event_row.last_date

)

select
    dated_line.number,
    cast(coalesce(sum(others.records), 0) as bigint) as records
from dated_line
left join others
    on
        dated_line.source = others.source
        and dated_line.first_date <= others.first_date and dated_line.last_date >= others.last_date
group by dated_line.number
order by dated_line.number
