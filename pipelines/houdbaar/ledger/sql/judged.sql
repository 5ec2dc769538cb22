-- The lines of findings.parquet with their status, the severest first.
-- reads: finding, state
select
    finding.finding_id, finding.code, finding.clause, finding.purpose, finding.severity, finding.verdict, finding.confidence,
    finding.reason, finding.source, finding.entity, finding.file, finding.records, finding.ranges, finding.is_enumerated,
    finding.record_key, finding.field, finding.overdue_month, finding.trigger_column, finding.first_trigger, finding.last_trigger,
    finding.last_permitted_day, finding.days_overdue, finding.blocked_by, finding.action, finding.subject,
    state.status, state.first_seen, state.reopen_count
from finding
inner join state on finding.finding_id = state.finding_id
order by
    list_position(['critical', 'high', 'medium', 'low', 'info'], finding.severity) asc,
    finding.code asc, finding.source asc nulls first, finding.file asc nulls first, finding.overdue_month asc nulls last,
    finding.verdict asc, finding.reason asc nulls first, finding.field asc nulls first, finding.finding_id asc,
    finding.confidence asc, finding.blocked_by asc nulls first, finding.entity asc nulls first,
    finding.trigger_column desc nulls first
