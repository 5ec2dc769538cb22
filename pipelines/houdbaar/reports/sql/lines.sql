-- The first lines of each group, the severest and oldest first.
-- reads: finding | binds: most
with

ranked as (

    select
        clause, code, source, entity, left(finding_id, 12) as fingerprint, file, verdict, records, field, trigger_column, overdue_month,
        days_overdue, last_permitted_day, blocked_by, is_enumerated,
        list_transform(ranges[1:3], lambda piece: [piece.first, piece.last]) as first_ranges,
        row_number() over (
            partition by clause, code, source, entity
            order by
                list_position(['critical', 'high', 'medium', 'low', 'info'], severity) asc, days_overdue desc nulls last, file asc,
                overdue_month asc, finding_id asc, verdict asc, reason asc, confidence asc, blocked_by asc, subject asc
        ) as position
    from finding
    where code <> 'AUD-NOT-TESTED'

)

select
    clause, code, source, entity, fingerprint, file, verdict, records, field, trigger_column, overdue_month, days_overdue,
    last_permitted_day, blocked_by, is_enumerated, first_ranges
from ranked
where position <= $most
order by clause nulls last, code, source nulls first, entity nulls first, position
