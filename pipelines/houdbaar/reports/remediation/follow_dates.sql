-- Rows without a key whose days an earlier plan names: how many are there, without those of people whom it left alone.
-- reads: follow_line, follow_kept, event_row | binds: entity
with

first_kept as (

    select distinct plan, id_1
    from follow_kept
    where id_1 is not null

),

second_kept as (

    select distinct plan, id_2
    from follow_kept
    where id_2 is not null

),

found as (

    select follow_line.number, follow_line.plan, event_row.id_1, event_row.id_2
    from follow_line
    inner join event_row
        on
            follow_line.source = event_row.source
            and follow_line.first_date <= event_row.first_date and follow_line.last_date >= event_row.last_date
    where follow_line.form = 'dates' and follow_line.entity = $entity

)

select
    found.number,
    count(*) as records,
    false as is_elsewhere
from found
left join first_kept on found.plan = first_kept.plan and found.id_1 = first_kept.id_1
left join second_kept on found.plan = second_kept.plan and found.id_2 = second_kept.id_2
where first_kept.id_1 is null and second_kept.id_2 is null
group by found.number
