-- Records with a lasting key that findings ask to do something about: one row a record, with its findings.
-- What a hold or a pending request is about on any day of the plan is blocked: all of the record, whichever finding or field it names.
-- others: findings that ask for something else, or for nothing yet, and that go when the record does.
-- What somebody answers for asks for nothing.
-- reads: finding, accepted_finding, kept_key, kept_source | binds: actions
with

wanted as (

    select
        finding_id, code, clause, verdict, confidence, source, entity, file, ranges, open_key, field, records,
        if(finding_id in (select accepted.finding_id from accepted_finding as accepted), 'accepted', action) as action,
        blocked_by is not null or exists (
            select 1 from kept_source
            where
                kept_source.source = finding.source
                and coalesce(finding.last_trigger >= kept_source.period_from, true)
                and coalesce(finding.first_trigger <= kept_source.period_to, true)
        ) as is_blocked
    from finding
    where open_key is not null

),

stays as (

    select source, entity, open_key from wanted
    where is_blocked or verdict = 'HELD'
    union
    select source, entity, record_key as open_key from kept_key

),

planned as (

    select
        source, entity, open_key,
        max(file) as file,
        max_by(ranges[1].first, file) as row,
        max(records) as records,
        list({
            'finding_id': finding_id, 'code': code, 'clause': clause, 'field': field, 'is_assumed': confidence = 'assumed', 'action': action
        } order by finding_id, action) as findings
    from wanted
    where verdict in ('OVERDUE', 'FAIL') and list_contains($actions, action)
    group by source, entity, open_key

),

other as (

    select
        source, entity, open_key,
        list(distinct finding_id order by finding_id) as findings
    from wanted
    where verdict = 'UNDETERMINED' or not list_contains($actions, action)
    group by source, entity, open_key

)

select
    planned.source, planned.entity, planned.open_key as record_key, planned.file, planned.row, planned.records, planned.findings,
    coalesce(other.findings, []) as others, stays.open_key is not null as is_blocked
from planned
left join stays on planned.source = stays.source and planned.entity = stays.entity and planned.open_key = stays.open_key
left join other on planned.source = other.source and planned.entity = other.entity and planned.open_key = other.open_key
order by planned.source, planned.entity, planned.open_key
