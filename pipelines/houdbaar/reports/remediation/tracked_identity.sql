-- Who was tracked without consent or after an objection, by the id that the rows carry: the client's, else the user's.
-- reads: tracked_visit, open_finding, event_row, analytics_event, analytics_user, kept_row | binds: rules
with

carried as (

    select source, file, row, client_id, user_id from analytics_event
    union all
    select source, file, row, client_id, user_id from analytics_user

),

kept as (

    select distinct unnest([carried.client_id, carried.user_id]) as identity
    from carried
    inner join kept_row on carried.source = kept_row.source and carried.file = kept_row.file and carried.row = kept_row.row

),

asked as (

    select distinct finding_id, rule, code, clause, field, source, overdue_month
    from open_finding
    where verdict = 'FAIL' and list_contains($rules, rule)

),

counted as (

    select source, identity, is_user, count(distinct row_hash) as records
    from tracked_visit
    group by source, identity, is_user

),

found as (

    select distinct source, identity, is_user, rule, month
    from tracked_visit

),

bad as (

    select
        found.source, found.identity, found.is_user,
        list(distinct {
            'finding_id': asked.finding_id, 'code': asked.code, 'clause': asked.clause, 'field': asked.field, 'is_assumed': false
        }) as findings
    from found
    inner join asked on found.rule = asked.rule and found.source = asked.source and found.month is not distinct from asked.overdue_month
    group by found.source, found.identity, found.is_user

),

every as (

    select source, coalesce(id_1, id_2) as identity, id_1 is null as is_user, count(*) as records
    from event_row
    where coalesce(id_1, id_2) is not null
    group by source, coalesce(id_1, id_2), id_1 is null

)

select
    bad.source, bad.identity, bad.is_user, counted.records, bad.findings, every.records as all_records,
    kept.identity is not null as is_kept
from bad
inner join counted on bad.source = counted.source and bad.identity = counted.identity and bad.is_user = counted.is_user
inner join every on bad.source = every.source and bad.identity = every.identity and bad.is_user = every.is_user
left join kept on bad.identity = kept.identity
order by bad.source, bad.is_user, bad.identity
