-- Records by the month of the day from which their term runs, and how they stand; keyed records once a rule, with their worst verdict.
-- Without a usable day there is no month.
-- reads: judgement, rule, several_line
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
        strftime(judgement.last_trigger, '%Y-%m') as month,
        judgement.record_key is not null and hash(rule.code, judgement.source, judgement.entity, judgement.record_key) in (
            select several_line.record_hash from several_line
        ) as has_several
    from judgement
    inner join rule on judgement.rule = rule.rule
    where judgement.verdict in ('WITHIN', 'DUE', 'OVERDUE', 'KEEP', 'HELD', 'UNDETERMINED')

),

record as (

    select
        rule, source, entity,
        arg_min(
            {'trigger_column': trigger_column, 'verdict': verdict, 'records': records, 'month': month},
            (verdict_rank(verdict), coalesce(month, ''), trigger_column)
        ) as worst
    from dated
    where has_several
    group by rule, source, entity, record_key

),

counted as (

    select
        rule, source, entity,
        worst.trigger_column as trigger_column,
        worst.verdict as verdict,
        worst.records as records,
        worst.month as month
    from record
    union all
    select rule, source, entity, trigger_column, verdict, records, month
    from dated
    where not has_several

)

select
    rule.clause,
    rule.code,
    counted.rule,
    counted.source,
    counted.entity,
    counted.trigger_column,
    counted.month,
    cast(coalesce(sum(counted.records) filter (where counted.verdict in ('WITHIN', 'DUE')), 0) as bigint) as within,
    cast(coalesce(sum(counted.records) filter (where counted.verdict = 'OVERDUE'), 0) as bigint) as overdue,
    cast(coalesce(sum(counted.records) filter (where counted.verdict = 'KEEP'), 0) as bigint) as keep,
    cast(coalesce(sum(counted.records) filter (where counted.verdict = 'HELD'), 0) as bigint) as held,
    cast(coalesce(sum(counted.records) filter (where counted.verdict = 'UNDETERMINED'), 0) as bigint) as undetermined
from counted
inner join rule on counted.rule = rule.rule
group by rule.clause, rule.code, counted.rule, counted.source, counted.entity, counted.trigger_column, counted.month
order by rule.code, counted.rule, counted.source, counted.entity, counted.trigger_column, counted.month nulls first
