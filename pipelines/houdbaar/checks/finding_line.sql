-- Judgements that become findings, one row a line: same rule, record or month, and verdict; ranges that touch are merged.
-- ranges NULL: unknown somewhere, or more than 1000 after that.
-- reads: judgement, rule, term_of
with

judged as (

    select
        judgement.*,
        case
            when judgement.verdict in ('OVERDUE', 'HELD') and rule.grain = 'month' then term_of.overdue_month
            else judgement.month
        end as overdue_month
    from judgement
    inner join rule on judgement.rule = rule.rule and judgement.verdict in ('OVERDUE', 'UNDETERMINED', 'HELD', 'FAIL')
    left join term_of on judgement.rule = term_of.rule and judgement.last_trigger = term_of.trigger_date

),

line as (

    select
        rule, clause, source, entity, file, record_key, is_key_hashed, overdue_month, field, verdict, reason, confidence, severity,
        action, blocked_by, sum(records) as records, min(trigger_column) as trigger_column, -- event_at before event_date: the preferred
        min(first_trigger) as first_trigger, max(last_trigger) as last_trigger, min(oldest_trigger) as oldest_trigger,
        max(last_permitted_day) as last_permitted_day, max(days_overdue) as days_overdue,
        bool_or(ranges is null) as is_open, flatten(list(ranges)) as ranges, row_number() over () as line_number
    from judged
    group by all

),

edge as (

    select line_number, unnest(ranges) as piece
    from line
    where not is_open

),

started as (

    select
        line_number, piece.first as first, piece.last as last, piece.first > 1 + coalesce(max(piece.last) over earlier, -1) as is_start
    from edge
    window earlier as (partition by line_number order by piece.first, piece.last rows between unbounded preceding and 1 preceding)

),

numbered as (

    select line_number, first, last, sum(cast(is_start as integer)) over (partition by line_number order by first, last) as piece_number
    from started

),

merged as (

    select line_number, piece_number, min(first) as first, max(last) as last
    from numbered
    group by line_number, piece_number

),

enumerated as (

    select line_number, list({'first': first, 'last': last} order by first) as ranges
    from merged
    group by line_number
    having count(*) <= 1000

)

select
    line.rule, line.clause, line.source, line.entity, line.file, line.record_key, line.is_key_hashed, line.overdue_month, line.field,
    line.verdict, line.reason, line.confidence, line.severity, line.action, line.blocked_by, line.trigger_column, line.records,
    line.first_trigger, line.last_trigger, line.oldest_trigger, line.last_permitted_day, line.days_overdue, enumerated.ranges
from line
left join enumerated on line.line_number = enumerated.line_number
