-- Records that become overdue if nothing is done, by the day on which they will be; those that are overdue already are not among them.
-- now_date and the others are the last trigger dates that are overdue now, and on each of the days ahead.
-- reads: judgement, rule, horizon
with

ahead as (

    select
        rule.code,
        rule.clause,
        rule.severity,
        judgement.source,
        judgement.entity,
        judgement.record_key,
        judgement.records,
        judgement.verdict = 'OVERDUE' as is_overdue,
        judgement.blocked_by is not null as is_blocked,
        judgement.last_trigger > horizon.now_date as is_waiting,
        judgement.last_trigger <= horizon.first_date as is_in_first,
        judgement.last_trigger <= horizon.second_date as is_in_second,
        judgement.last_trigger <= horizon.third_date as is_in_third,
        judgement.last_trigger <= horizon.gate_date as is_by_gate
    from judgement
    inner join rule on judgement.rule = rule.rule
    inner join horizon on judgement.rule = horizon.rule
    where
        judgement.verdict in ('OVERDUE', 'WITHIN', 'DUE', 'NOT_YET')
        -- Books whose relation goes on may stay when their statutory years are over.
        or (judgement.verdict = 'KEEP' and judgement.reason is null)
        or (judgement.verdict = 'UNDETERMINED' and judgement.reason in ('DQ-TS-PRECISION', 'DQ-TS-AMBIGUOUS'))

),

-- Worst rule first, where several judge a record for one code.
record as (

    select
        code, source, entity, record_key,
        min(clause) as clause,
        arg_min(severity, list_position(['critical', 'high', 'medium', 'low', 'info'], severity)) as severity,
        max(records) as records,
        bool_or(is_overdue) as is_overdue,
        bool_or(is_blocked) as is_blocked,
        bool_or(is_waiting and is_in_first) as is_in_first,
        bool_or(is_waiting and is_in_second) as is_in_second,
        bool_or(is_waiting and is_in_third) as is_in_third,
        bool_or(is_waiting and is_by_gate) as is_by_gate
    from ahead
    where record_key is not null and (is_overdue or (is_waiting and (is_in_third or is_by_gate)))
    group by code, source, entity, record_key
    union all by name
    select
        code, source, entity, null as record_key, clause, severity, records, is_overdue, is_blocked, is_in_first, is_in_second,
        is_in_third, is_by_gate
    from ahead
    where record_key is null and is_waiting and (is_in_third or is_by_gate)

)

select
    clause,
    code,
    source,
    entity,
    severity,
    cast(coalesce(sum(records) filter (where is_in_first and not is_blocked), 0) as bigint) as in_first,
    cast(coalesce(sum(records) filter (where is_in_second and not is_blocked), 0) as bigint) as in_second,
    cast(coalesce(sum(records) filter (where is_in_third and not is_blocked), 0) as bigint) as in_third,
    cast(coalesce(sum(records) filter (where is_by_gate and not is_blocked), 0) as bigint) as by_gate,
    cast(coalesce(sum(records) filter (where is_in_third and is_blocked), 0) as bigint) as blocked
from record
where not is_overdue
group by clause, code, source, entity, severity
order by clause, code, source, entity, severity
