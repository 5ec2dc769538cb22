-- Parameters of analytics events that hold personal data, with the months in which they do: one row a source and parameter.
-- Emptying a parameter touches everybody's events: where somebody's rows have to stay, it is blocked.
-- reads: open_finding, kept_row, kept_source
with

kept as (

    select source from kept_row
    union
    select source from kept_source

)

select
    finding.source,
    finding.field,
    list(distinct finding.reason order by finding.reason) as kinds,
    min(finding.overdue_month) as first_month,
    max(finding.overdue_month) as last_month,
    cast(sum(finding.records) as bigint) as records,
    list(distinct {
        'finding_id': finding.finding_id, 'code': finding.code, 'clause': finding.clause, 'field': finding.field, 'is_assumed': false
    }) as findings,
    bool_or(kept.source is not null) as is_blocked
from open_finding as finding
left join kept on finding.source = kept.source
where finding.code = 'SCP-PII-ANALYTICS' and finding.entity = 'analytics_event' and finding.verdict = 'FAIL'
group by finding.source, finding.field
order by finding.source, finding.field
