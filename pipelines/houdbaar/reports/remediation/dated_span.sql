-- What is past its term in entities without a lasting key: one row a source, month in which it became overdue, column and certainty.
-- Spans that a block is about, now or later in the plan's days, are none of it; cuts part the days around a source that is blocked.
-- reads: judgement, term_of, open_finding, kept_source
with

asked as (

    select distinct rule, source, entity, overdue_month, finding_id, code, clause, confidence = 'assumed' as is_assumed
    from open_finding
    where
        ((verdict = 'OVERDUE' and action = 'delete') or verdict = 'HELD')
        and overdue_month is not null and open_key is null

),

cut as (

    select source, period_from as day from kept_source
    where period_from is not null
    union
    select source, period_to + 1 as day from kept_source
    where period_to is not null

),

span as (

    select
        judgement.rule, judgement.source, judgement.file, judgement.trigger_column, term_of.overdue_month, judgement.first_trigger,
        judgement.last_trigger, judgement.records,
        coalesce(judgement.confidence, 'certain') = 'certain' as is_certain,
        (
            select count(*) from cut
            where cut.source = judgement.source and cut.day <= judgement.first_trigger
        ) as segment,
        judgement.blocked_by is not null or exists (
            select 1 from kept_source
            where
                kept_source.source = judgement.source
                and coalesce(judgement.last_trigger >= kept_source.period_from, true)
                and coalesce(judgement.first_trigger <= kept_source.period_to, true)
        ) as is_blocked
    from judgement
    inner join term_of on judgement.rule = term_of.rule and judgement.last_trigger = term_of.trigger_date
    where judgement.verdict in ('OVERDUE', 'HELD') and judgement.record_key is null

)

select
    asked.source, asked.entity, span.trigger_column, asked.overdue_month, span.is_certain, span.is_blocked,
    min(span.first_trigger) as first_date,
    max(span.last_trigger) as last_date,
    cast(sum(span.records) as bigint) as records,
    list(distinct span.file order by span.file) as files,
    list(distinct {
        'finding_id': asked.finding_id, 'code': asked.code, 'clause': asked.clause, 'field': null, 'is_assumed': asked.is_assumed
    }) as findings
from asked
inner join span on asked.rule = span.rule and asked.source = span.source and asked.overdue_month = span.overdue_month
group by asked.source, asked.entity, span.trigger_column, asked.overdue_month, span.segment, span.is_certain, span.is_blocked
order by asked.source, asked.entity, span.trigger_column, first_date, span.is_certain, span.is_blocked
