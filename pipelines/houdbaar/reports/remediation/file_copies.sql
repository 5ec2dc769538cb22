-- Records that only an older export still has: one row a file. A file with a row that has to stay is blocked.
-- One with a record that somebody answers for is none of them.
-- reads: finding, accepted_finding, kept_row, kept_source
with

kept_file as (

    select distinct source, file
    from kept_row

),

kept_whole as (

    select distinct source
    from kept_source

)

select
    finding.source,
    finding.file,
    cast(sum(finding.records) as bigint) as records,
    list({
        'finding_id': finding.finding_id, 'code': finding.code, 'clause': finding.clause, 'field': finding.field,
        'is_assumed': finding.confidence = 'assumed'
    } order by finding.finding_id, finding.field) as findings,
    bool_or(finding.blocked_by is not null or kept_file.file is not null or kept_whole.source is not null) as is_blocked
from finding
left join kept_file on finding.source = kept_file.source and finding.file = kept_file.file
left join kept_whole on finding.source = kept_whole.source
left join accepted_finding on finding.finding_id = accepted_finding.finding_id
where finding.action = 'delete_file' and finding.verdict in ('OVERDUE', 'FAIL') and finding.file is not null
group by finding.source, finding.file
having count(accepted_finding.finding_id) = 0
order by finding.source, finding.file
