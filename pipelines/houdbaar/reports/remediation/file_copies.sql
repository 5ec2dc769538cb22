-- Records that only an older export still has: one row a file. A file with a row that has to stay is blocked.
-- reads: finding, kept_row, kept_source | binds: action
select
    finding.source, finding.file,
    min(finding.entity) as entity,
    sum(finding.records) as records,
    list({
        'finding_id': finding.finding_id, 'code': finding.code, 'clause': finding.clause, 'field': finding.field,
        'is_assumed': finding.confidence = 'assumed'
    } order by finding.finding_id, finding.field) as findings,
    bool_or(finding.blocked_by is not null or kept_row.file is not null or kept_source.source is not null) as is_blocked
from finding
left join (select distinct source, file from kept_row) as kept_row
    on finding.source = kept_row.source and finding.file = kept_row.file
left join (select distinct source from kept_source) as kept_source on finding.source = kept_source.source
where finding.action = $action and finding.verdict in ('OVERDUE', 'FAIL') and finding.file is not null
group by finding.source, finding.file
order by finding.source, finding.file
