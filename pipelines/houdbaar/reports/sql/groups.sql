-- What was found, alike findings together: clause by clause, one line for each code, source, entity, verdict and reason.
-- reads: finding
select
    clause, code, source, entity, verdict, severity, confidence, reason, action, status,
    count(*) as lines,
    cast(sum(records) as bigint) as records,
    max(days_overdue) as days_overdue,
    min(first_trigger) as first_trigger
from finding
where code <> 'AUD-NOT-TESTED'
group by clause, code, source, entity, verdict, severity, confidence, reason, action, status
order by
    list_position(['critical', 'high', 'medium', 'low', 'info'], severity), clause nulls last, code, source nulls first, entity nulls first,
    verdict, confidence, reason nulls first, action, status
