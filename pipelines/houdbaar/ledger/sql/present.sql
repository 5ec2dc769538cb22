-- The findings of this run, one row each: records summed, the worst severity and verdict over its lines.
-- reads: finding
select
    finding_id, min(code) as code, min(clause) as clause, min(source) as source, min(entity) as entity,
    arg_min(severity, list_position(['critical', 'high', 'medium', 'low', 'info'], severity)) as severity,
    arg_min(verdict, verdict_rank(verdict)) as verdict,
    cast(sum(records) as bigint) as records,
    min(first_trigger) as first_trigger,
    max(last_trigger) as last_trigger
from finding
group by finding_id
