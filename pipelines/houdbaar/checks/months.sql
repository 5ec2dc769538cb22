-- Verdicts on single rows of an entity without a lasting key become the lines of a month; what blocks a deletion tells lines apart.
-- reads: row_judgement
with

labelled as (

    select
        rule, entity, source, file, row, verdict, reason, blocked_by,
        case when verdict in ('FAIL', 'UNDETERMINED') then strftime(first_trigger, '%Y-%m') end as month
    from row_judgement
    where grain = 'month'

)

select
    rule,
    source,
    entity,
    file,
    verdict,
    reason,
    month,
    blocked_by,
    count(*) as records,
    case when verdict in ('FAIL', 'UNDETERMINED') then list({'first': row, 'last': row} order by row) end as ranges
from labelled
group by rule, source, entity, file, verdict, reason, month, blocked_by
