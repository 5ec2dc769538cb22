-- Judgements become the lines of findings.parquet (design 6): what is kept or used too long, undecided, held, or fails.
-- reads: judgement, rule, term_of, key_kind | binds: as_of, inner_pad, outer_pad
with

judged as (

    select
        judgement.rule, judgement.clause, judgement.source, judgement.entity, judgement.file, judgement.record_key, judgement.field, judgement.verdict, judgement.reason,
        judgement.confidence, judgement.severity, judgement.action, judgement.records, judgement.ranges, judgement.trigger_column,
        judgement.first_trigger, judgement.last_trigger,
        case when judgement.verdict in ('OVERDUE', 'HELD') and rule.grain = 'month' then term_of.overdue_month else judgement.month end as overdue_month
    from judgement
    inner join rule on judgement.rule = rule.rule
    left join term_of on judgement.rule = term_of.rule and judgement.last_trigger = term_of.trigger_date
    where judgement.verdict in ('OVERDUE', 'UNDETERMINED', 'HELD', 'FAIL')

),

line as (

    select
        rule, clause, source, entity, file, record_key, overdue_month, field, verdict, reason, confidence, severity, action, trigger_column,
        sum(records) as records,
        min(first_trigger) as first_trigger,
        max(last_trigger) as last_trigger,
        bool_or(ranges is null) or sum(len(ranges)) > 1000 as is_open,
        flatten(list(ranges)) as ranges,
        row_number() over () as line_number
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
        line_number,
        piece.first as first,
        piece.last as last,
        piece.first > coalesce(max(piece.last) over (partition by line_number order by piece.first, piece.last rows between unbounded preceding and 1 preceding), -1) + 1 as is_start
    from edge

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

),

dated as (

    select
        line.*,
        rule.code,
        coalesce(line.clause, rule.clause) as line_clause,
        rule.purpose,
        coalesce(line.severity, rule.severity) as line_severity,
        coalesce(line.action, rule.action) as line_action,
        coalesce(line.confidence, 'certain') as line_confidence,
        enumerated.ranges as line_ranges,
        newest.last_permitted_day,
        case when line.verdict in ('OVERDUE', 'HELD') then $as_of - case when line.confidence = 'bounded' then newest.last_permitted_day else oldest.last_permitted_day end end as days_overdue,
        hmac(line.record_key, $inner_pad, $outer_pad) as keyed_record_key,
        coalesce(key_kind.is_personal, true) as is_key_personal
    from line
    inner join rule on line.rule = rule.rule
    left join enumerated on line.line_number = enumerated.line_number
    left join term_of as newest on line.rule = newest.rule and line.last_trigger = newest.trigger_date and line.verdict <> 'UNDETERMINED'
    left join term_of as oldest on line.rule = oldest.rule and line.first_trigger = oldest.trigger_date and line.verdict <> 'UNDETERMINED'
    left join key_kind on line.source = key_kind.source and line.entity = key_kind.entity

)

select
    sha256(concat_ws(chr(31), code, coalesce(source, ''), coalesce(keyed_record_key, overdue_month, ''), coalesce(field, ''), coalesce(purpose, ''))) as finding_id,
    code,
    line_clause as clause,
    purpose,
    line_severity as severity,
    verdict,
    line_confidence as confidence,
    reason,
    source,
    entity,
    file,
    cast(records as bigint) as records,
    line_ranges as ranges,
    line_ranges is not null as is_enumerated,
    case when is_key_personal then keyed_record_key else record_key end as record_key,
    field,
    overdue_month,
    trigger_column,
    first_trigger,
    last_trigger,
    last_permitted_day,
    cast(days_overdue as bigint) as days_overdue,
    cast(null as varchar[]) as blocked_by,
    line_action as action,
    cast(null as varchar) as subject,
    'new' as status,
    cast(null as date) as first_seen,
    cast(null as integer) as reopen_count
from dated
order by
    list_position(['critical', 'high', 'medium', 'low', 'info'], line_severity), code, source nulls first, file nulls first, overdue_month nulls last,
    verdict, reason nulls first, field nulls first, finding_id, confidence
