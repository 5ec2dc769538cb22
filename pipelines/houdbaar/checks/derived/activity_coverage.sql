-- Days for which a list's mail activity is at hand: one row an unbroken stretch (design 3, 'Coverage').
-- reads: mail_log, only_audience, export_file, source_setting | binds: coverage_grace_days
with

-- What holds opens only, or nothing of a known kind, tells nothing of clicks; what names nobody, nothing at all.
by_list as (

    select
        source, list_id, min(first_date) as first_date, max(last_date) as last_date,
        coalesce(bool_or(is_own_act(kind) and coalesce(email, email_md5) is not null), false) as is_telling
    from mail_log
    group by source, list_id

),

heard as (

    select
        source, bool_or(is_telling) as is_telling,
        min(first_date) - max($coverage_grace_days) as first_seen_date, max(last_date) + max($coverage_grace_days) as last_seen_date
    from by_list
    group by source

),

-- A source without a row is about the list that its binding names.
about as (

    select source, list_id
    from by_list
    union
    select
        export_file.source,
        coalesce(source_setting.list_id, if(may_be_about(only_audience.systems, source_setting.system), only_audience.list_id, null))
            as list_id
    from export_file
    inner join source_setting on export_file.source = source_setting.source
    left join heard on export_file.source = heard.source
    cross join only_audience
    where export_file.entity = 'mail_activity' and heard.source is null

),

covered as (

    select
        about.list_id, coalesce(source_setting.covers_from, heard.first_seen_date) as covers_from,
        coalesce(source_setting.covers_to, source_setting.extracted_date, heard.last_seen_date) as covers_to
    from about
    inner join source_setting on about.source = source_setting.source
    left join heard on about.source = heard.source
    where source_setting.is_whole and coalesce(heard.is_telling, true)

),

started as (

    select
        list_id, covers_from, covers_to,
        covers_from > 1 + coalesce(max(covers_to) over earlier, date '0001-01-01') as is_start
    from covered
    where covers_from <= covers_to
    window earlier as (partition by list_id order by covers_from, covers_to rows between unbounded preceding and 1 preceding)

),

numbered as (

    select
        list_id, covers_from, covers_to,
        sum(cast(is_start as integer)) over (partition by list_id order by covers_from, covers_to) as stretch_number
    from started

)

select list_id, min(covers_from) as covers_from, max(covers_to) as covers_to
from numbered
group by list_id, stretch_number
