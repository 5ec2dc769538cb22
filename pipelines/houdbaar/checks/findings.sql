-- The lines of findings.parquet (design 6): what is kept or used too long, undecided, held, or fails. They are put in order with their
-- status (ledger/sql/judged.sql).
-- rule and open_key (the key as the export has it) are for plans of what to do about them, and stay within the audit.
-- reads: weighed_line, rule, term_of, key_kind, hidden_key, shared_code, row_subject | binds: as_of, inner_pad, outer_pad
with

dated as (

    select
        line.* exclude (last_permitted_day, days_overdue),
        rule.code,
        coalesce(line.clause, rule.clause) as line_clause,
        rule.purpose,
        line.severity as line_severity,
        case when line.verdict in ('HELD', 'UNDETERMINED') then 'review' else coalesce(line.action, rule.action) end as line_action,
        case when rule.is_assumed and line.verdict <> 'UNDETERMINED' then 'assumed' else coalesce(line.confidence, 'certain') end
            as line_confidence,
        -- A check that knows its own day, as the due date of a request, says it; the others' follow from their term.
        coalesce(line.last_permitted_day, newest.last_permitted_day) as last_permitted_day,
        case
            when line.days_overdue is not null then line.days_overdue
            when line.verdict not in ('OVERDUE', 'HELD') then null
            else $as_of - oldest.last_permitted_day
        end as days_overdue,
        case when line.is_key_hashed then line.record_key else hmac(line.record_key, $inner_pad, $outer_pad) end as keyed_record_key,
        coalesce(key_kind.is_personal, true) or hidden_key.record_key is not null as is_key_personal,
        case when shared_code.source is not null then line.entity end as telling_entity,
        case when coalesce(line.record_key, line.blocked_by[1]) is not null then row_subject.subject end as subject
    from weighed_line as line
    inner join rule on line.rule = rule.rule
    left join term_of as newest on line.rule = newest.rule and line.last_trigger = newest.trigger_date and line.verdict <> 'UNDETERMINED'
    left join term_of as oldest on line.rule = oldest.rule and line.oldest_trigger = oldest.trigger_date and line.verdict <> 'UNDETERMINED'
    left join key_kind on line.source = key_kind.source and line.entity = key_kind.entity
    left join hidden_key on line.record_key = hidden_key.record_key
    left join shared_code on rule.code = shared_code.code and line.source = shared_code.source
    left join row_subject
        on
            line.source = row_subject.source and line.entity = row_subject.entity and line.file = row_subject.file
            and line.ranges[1].first = row_subject.row

)

select
    sha256(concat_ws(
        chr(31), code, coalesce(source, ''), coalesce(keyed_record_key, overdue_month, ''), coalesce(field, ''), coalesce(purpose, ''),
        telling_entity
    )) as finding_id,
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
    ranges,
    ranges is not null as is_enumerated,
    case when is_key_personal then keyed_record_key else record_key end as record_key,
    field, overdue_month, trigger_column,
    first_trigger,
    last_trigger,
    last_permitted_day,
    cast(days_overdue as bigint) as days_overdue,
    blocked_by, line_action as action,
    subject,
    'new' as status, cast(null as date) as first_seen, cast(null as integer) as reopen_count, dated.rule, dated.record_key as open_key
from dated
