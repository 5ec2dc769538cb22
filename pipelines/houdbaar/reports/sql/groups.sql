-- What was found, alike findings together: clause by clause, one line for each code, source, entity, verdict and reason.
-- records: a record of which several fields were found counts once, with its worst verdict, as in the counts of summary.json.
-- blocked: those of them that are to go, and that a hold or a pending request keeps.
-- reads: finding | binds: deleting
with

ranked as (

    select
        clause, code, source, entity, verdict, severity, confidence, reason, action, status, records, days_overdue, first_trigger,
        verdict in ('OVERDUE', 'FAIL') and blocked_by is not null and list_contains($deleting, action) as is_blocked,
        record_key is null or row_number() over (
            partition by clause, code, source, entity, record_key
            order by
                list_position(['FAIL', 'OVERDUE', 'UNDETERMINED', 'HELD'], verdict) asc, field asc nulls first, reason asc nulls first,
                finding_id asc
        ) = 1 as is_counted
    from finding
    where code <> 'AUD-NOT-TESTED'

)

select
    clause, code, source, entity, verdict, severity, confidence, reason, action, status,
    count(*) as lines,
    cast(coalesce(sum(records) filter (where is_counted), 0) as bigint) as records,
    cast(coalesce(sum(records) filter (where is_counted and is_blocked), 0) as bigint) as blocked,
    max(days_overdue) as days_overdue,
    min(first_trigger) as first_trigger
from ranked
group by clause, code, source, entity, verdict, severity, confidence, reason, action, status
order by
    list_position(['critical', 'high', 'medium', 'low', 'info'], severity), clause nulls last, code, source nulls first, entity nulls first,
    verdict, confidence, reason nulls first, action, status
