-- Verdicts on single rows of an entity without a lasting key become the lines of a month; what blocks a deletion tells lines apart.
-- reads: row_judgement | binds: rule, entity
with

labelled as (

    select
        source, file, row, verdict, reason, blocked_by,
        case when verdict in ('FAIL', 'UNDETERMINED') then strftime(first_trigger, '%Y-%m') end as month
    from row_judgement

)

select
    $rule as rule,
    source,
    $entity as entity,
    file,
    verdict,
    reason,
    month,
    blocked_by,
    count(*) as records,
    case when verdict in ('FAIL', 'UNDETERMINED') then list({'first': row, 'last': row} order by row) end as ranges
from labelled
group by source, file, verdict, reason, month, blocked_by
