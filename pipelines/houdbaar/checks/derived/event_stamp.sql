-- What is odd about the stamps of events: one scan. `rows`: the numbers of the odd ones, up to 1,000 a line.
-- reads: analytics_event
with

looked_at as (

    select
        source,
        file,
        row,
        coalesce(event_at_first_date > event_date_last_date + 1 or event_at_last_date < event_date_first_date - 1, false) as is_conflict,
        event_at_last_date is not null and event_date_last_date is not null as is_compared,
        coalesce(event_at_issue = 'DQ-TS-SKEW', false) as is_skewed
    from analytics_event

),

counted as (

    select source, file, is_conflict, is_compared, is_skewed, count(*) as records, list(row) filter (where is_conflict or is_skewed) as rows
    from looked_at
    group by source, file, is_conflict, is_compared, is_skewed

)

select source, file, is_conflict, is_compared, is_skewed, records, case when len(rows) <= 1000 then rows end as rows
from counted
