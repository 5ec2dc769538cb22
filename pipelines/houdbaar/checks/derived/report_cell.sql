-- Rows of analytics that are aggregates of a report, with how many people or sessions each counts.
-- reads: analytics_event
select source, file, row, aggregate_count
from analytics_event
where aggregate_count is not null
