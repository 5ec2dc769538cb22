-- Records of which there is one version become their lines as they are: most do (collapse.sql has the others).
-- reads: row_judgement, several_version, export_file
with

newest as (

    select source, entity, max(snapshot_date) filter (where is_complete) as newest_date
    from export_file
    group by source, entity

),

single as (

    select *
    from row_judgement
    where
        grain = 'record'
        and not exists (
            select 1 from several_version
            where several_version.group_hash = row_judgement.group_hash
        )

)

select
    single.rule, single.source, single.entity, single.file, single.record_key, single.field, single.verdict, single.reason,
    single.confidence, single.severity,
    case when newest.newest_date > single.snapshot_date then 'delete_file' else single.action end as action,
    1 as records,
    [{'first': single.row, 'last': single.row}] as ranges,
    single.trigger_column, single.first_trigger, single.last_trigger,
    single.last_trigger as oldest_trigger,
    single.last_permitted_day, single.days_overdue,
    null as month,
    nullif(list_sort(list_distinct(single.blocked_by)), []) as blocked_by
from single
left join newest on single.source = newest.source and single.entity = newest.entity
