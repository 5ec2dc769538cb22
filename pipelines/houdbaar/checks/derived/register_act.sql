-- What the registers say that people refused or allowed: one row an objection, withdrawal or grant and identifier.
-- act: objection, upheld (an objection on grounds of the person's situation, domain.md 3.1), withdrawal, grant. A marketing objection or a
-- withdrawal works from its receipt, whatever became of the request, unless the person took it back (3.3). register, file, row: where it
-- stands.
-- reads: objection, consent, request | binds: time_zone
with

asked as (

    select
        file, row,
        case lower(trim("right")) when 'marketing_objection' then 'objection' else 'withdrawal' end as act,
        unnest(string_split(identifiers, ';')) as identifier,
        received_at as act_at, received_at_first_date as first_date, received_at_last_date as last_date, received_at_issue as issue
    from request
    where lower(trim("right")) in ('marketing_objection', 'withdrawal') and coalesce(lower(trim(state)), '') <> 'withdrawn'

),

consented as (

    select
        file, row, unnest(['grant', 'withdrawal']) as act,
        identifier_kind, identifier_value, regexp_replace(lower(trim(purpose)), '^p-', '') as purpose,
        unnest([granted_at, withdrawn_at]) as act_at,
        unnest([granted_at_first_date, withdrawn_at_first_date]) as first_date,
        unnest([granted_at_last_date, withdrawn_at_last_date]) as last_date,
        unnest([granted_at_issue, withdrawn_at_issue]) as issue
    from consent

),

united as (

    select
        'objection' as register, file, row,
        case lower(trim(kind)) when 'situation' then 'upheld' else 'objection' end as act,
        identifier_kind, identifier_value, null as purpose,
        case lower(trim(kind)) when 'situation' then upheld_at else received_at end as act_at,
        case lower(trim(kind)) when 'situation' then upheld_at_first_date else received_at_first_date end as first_date,
        case lower(trim(kind)) when 'situation' then upheld_at_last_date else received_at_last_date end as last_date,
        case lower(trim(kind)) when 'situation' then upheld_at_issue else received_at_issue end as issue
    from objection
    union all
    select
        'request' as register, file, row, act, regexp_extract(identifier, '^([^=]*)=', 1) as identifier_kind,
        regexp_replace(identifier, '^[^=]*=', '') as identifier_value,
        null as purpose, act_at, first_date, last_date, issue
    from asked
    union all
    select 'consent' as register, file, row, act, identifier_kind, identifier_value, purpose, act_at, first_date, last_date, issue
    from consented

)

select
    register, file, row, act,
    lower(trim(identifier_kind)) as kind,
    identifier_key(lower(trim(identifier_kind)), identifier_value) as value,
    coalesce(purpose in ('marketing', 'survey', 'newsletter', 'nieuwsbrief'), act <> 'grant') as is_marketing,
    coalesce(purpose in ('analytics', 'profile', 'cookies', 'cookie'), act in ('withdrawal', 'upheld')) as is_analytics,
    earliest_moment(act_at, first_date, $time_zone) as earliest_at,
    latest_moment(act_at, last_date, $time_zone) as latest_at,
    issue
from united
-- An empty withdrawal says that there was none; an objection without a date was made on some day.
where act = 'objection' or first_date is not null or coalesce(issue, 'DQ-TS-NULL') not in ('DQ-TS-NULL', 'DQ-TS-SENTINEL')
