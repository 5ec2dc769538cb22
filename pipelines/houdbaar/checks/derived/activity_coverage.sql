-- Days for which a list's mail activity is at hand: one row an unbroken stretch (design 3, 'Coverage').
-- reads: mail_activity, mail_member, source_setting | binds: coverage_grace_days
with

-- Where there is one audience only, all activity is about it.
only_audience as (

    select case when count(distinct list_id) = 1 then max(list_id) end as list_id
    from mail_member

),

stretch as (

    select
        mail_activity.source,
        mail_activity.list_id,
        min(mail_activity.happened_at_first_date) - max($coverage_grace_days) as first_seen_date,
        max(mail_activity.happened_at_last_date) + max($coverage_grace_days) as last_seen_date
    from mail_activity
    group by mail_activity.source, mail_activity.list_id

),

covered as (

    select
        coalesce(only_audience.list_id, stretch.list_id) as list_id,
        coalesce(source_setting.covers_from, stretch.first_seen_date) as covers_from,
        coalesce(source_setting.covers_to, source_setting.extracted_date, stretch.last_seen_date) as covers_to
    from stretch
    inner join source_setting on stretch.source = source_setting.source
    cross join only_audience
    where source_setting.is_whole

),

started as (

    select
        list_id,
        covers_from,
        covers_to,
        covers_from > 1 + coalesce(max(covers_to) over earlier, date '0001-01-01') as is_start
    from covered
    where covers_from <= covers_to
    window earlier as (partition by list_id order by covers_from, covers_to rows between unbounded preceding and 1 preceding)

),

numbered as (

    select
        list_id,
        covers_from,
        covers_to,
        sum(cast(is_start as integer)) over (partition by list_id order by covers_from, covers_to) as stretch_number
    from started

)

select list_id, min(covers_from) as covers_from, max(covers_to) as covers_to
from numbered
group by list_id, stretch_number
