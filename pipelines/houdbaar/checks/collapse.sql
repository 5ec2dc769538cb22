-- Row versions of a keyed record (and field) become one line: newest snapshot that holds the key, worst verdict, newest file that has it
-- (design 3). Exports without an extraction date may be the newest: their versions count beside it.
-- Those of which there is but one are left to one_version.sql.
-- reads: row_judgement, several_version, export_file
with

newest as (

    select source, entity, max(snapshot_date) filter (where is_complete) as newest_date
    from export_file
    group by source, entity

),

held as (

    select
        *,
        max(snapshot_date) over (partition by rule, source, group_key) as held_date,
        bool_or(snapshot_date is null) over (partition by rule, source, group_key) as is_maybe_newer
    from row_judgement
    where grain = 'record' and group_hash in (select several_version.group_hash from several_version)

),

ranked as (

    select
        *,
        first_value(verdict) over worst_first as worst_verdict,
        first_value(file) over worst_first as worst_file,
        first_value(reason) over worst_first as worst_reason,
        list(blocked_by) over (partition by rule, source, group_key, field) as blocks -- what blocks one row blocks the record
    from held
    where snapshot_date is null or snapshot_date = held_date
    window worst_first as (
        partition by rule, source, group_key, field order by verdict_rank(verdict) asc, file desc, reason asc nulls first
    )

)

select
    ranked.rule, ranked.source, ranked.entity, ranked.file, ranked.record_key, ranked.field, ranked.verdict, ranked.reason,
    max(ranked.confidence) as confidence,
    max(ranked.severity) as severity,
    case
        when max(newest.newest_date) > max(ranked.held_date) and not bool_or(ranked.is_maybe_newer) then 'delete_file'
        else max(ranked.action)
    end as action,
    count(*) as records,
    list({'first': ranked.row, 'last': ranked.row} order by ranked.row) as ranges,
    ranked.trigger_column,
    min(ranked.first_trigger) as first_trigger,
    max(ranked.last_trigger) as last_trigger,
    min(ranked.last_trigger) as oldest_trigger,
    max(ranked.last_permitted_day) as last_permitted_day,
    max(ranked.days_overdue) as days_overdue,
    null as month,
    nullif(list_sort(list_distinct(flatten(flatten(list(coalesce(ranked.blocks, [])))))), []) as blocked_by
from ranked
left join newest on ranked.source = newest.source and ranked.entity = newest.entity
where
    ranked.verdict = ranked.worst_verdict
    and ranked.file is not distinct from ranked.worst_file
    and ranked.reason is not distinct from ranked.worst_reason
group by
    ranked.rule, ranked.source, ranked.entity, ranked.file, ranked.group_key, ranked.record_key, ranked.field, ranked.verdict,
    ranked.reason, ranked.trigger_column
