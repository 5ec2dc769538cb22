-- How many rows a statement about dates finds that leaves some people alone: one row a line of the plan.
-- reads: event_row, dated_line, kept_identity
with

others as (

    select source, first_date, last_date
    from event_row
    where
        coalesce(id_1, '') not in (select id_1 from kept_identity where id_1 is not null)
        and coalesce(id_2, '') not in (select id_2 from kept_identity where id_2 is not null)

)

select dated_line.number, count(others.first_date) as records
from dated_line
left join others
    on
        dated_line.source = others.source
        and others.first_date >= dated_line.first_date and others.last_date <= dated_line.last_date
group by dated_line.number
order by dated_line.number
