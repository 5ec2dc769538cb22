-- Records by the month of the day from which their term runs, and how they stand; keyed records once a rule, with their worst verdict.
-- Without a usable day there is no month.
-- reads: judgement, rule
with

dated as (

    select
        judgement.rule,
        judgement.source,
        judgement.entity,
        judgement.trigger_column,
        judgement.record_key,
        judgement.verdict,
        judgement.records,
        strftime(judgement.last_trigger, '%Y-%m') as month
    from judgement
    where judgement.verdict in ('WITHIN', 'DUE', 'OVERDUE', 'KEEP', 'HELD', 'UNDETERMINED')

),

record as (

    select
        rule, source, entity, record_key,
        unnest(arg_min(
            {'trigger_column': trigger_column, 'verdict': verdict, 'records': records, 'month': month},
            (verdict_rank(verdict), coalesce(month, ''), trigger_column)
        ))
    from dated
    where record_key is not null
    group by rule, source, entity, record_key
    union all by name
    select rule, source, entity, null as record_key, trigger_column, verdict, records, month
    from dated
    where record_key is null

)

select
    rule.clause,
    rule.code,
    record.rule,
    record.source,
    record.entity,
    record.trigger_column,
    record.month,
    cast(coalesce(sum(record.records) filter (where record.verdict in ('WITHIN', 'DUE')), 0) as bigint) as within,
    cast(coalesce(sum(record.records) filter (where record.verdict = 'OVERDUE'), 0) as bigint) as overdue,
    cast(coalesce(sum(record.records) filter (where record.verdict = 'KEEP'), 0) as bigint) as keep,
    cast(coalesce(sum(record.records) filter (where record.verdict = 'HELD'), 0) as bigint) as held,
    cast(coalesce(sum(record.records) filter (where record.verdict = 'UNDETERMINED'), 0) as bigint) as undetermined
from record
inner join rule on record.rule = rule.rule
group by rule.clause, rule.code, record.rule, record.source, record.entity, record.trigger_column, record.month
order by rule.code, record.rule, record.source, record.entity, record.trigger_column, record.month nulls first
