-- Who was tracked without consent or after an objection, by the id that the rows carry: the client's, else the user's.
-- reads: tracked_row, open_finding, event_row, analytics_event, analytics_user, kept_row | binds: rules
with

known as (

    select source, file, row, coalesce(id_1, id_2) as identity, id_1 is null as is_user
    from event_row
    where coalesce(id_1, id_2) is not null

),

carried as (

    select source, file, row, client_id, user_id from analytics_event
    union all
    select source, file, row, client_id, user_id from analytics_user

),

kept as (

    select unnest([carried.client_id, carried.user_id]) as identity
    from carried
    inner join kept_row on carried.source = kept_row.source and carried.file = kept_row.file and carried.row = kept_row.row

),

kept_once as (

    select distinct identity
    from kept
    where identity is not null

),

asked as (

    select distinct finding_id, rule, code, clause, field, source, overdue_month
    from open_finding
    where verdict = 'FAIL' and list_contains($rules, rule)

),

bad as (

    select
        known.source, known.identity, known.is_user,
        count(distinct hash(known.file, known.row)) as records,
        list(distinct {
            'finding_id': asked.finding_id, 'code': asked.code, 'clause': asked.clause, 'field': asked.field, 'is_assumed': false
        }) as findings
    from tracked_row
    inner join known on tracked_row.source = known.source and tracked_row.file = known.file and tracked_row.row = known.row
    inner join asked
        on
            tracked_row.rule = asked.rule and tracked_row.source = asked.source
            and tracked_row.month is not distinct from asked.overdue_month
    group by known.source, known.identity, known.is_user

),

every as (

    select source, identity, is_user, count(*) as records
    from known
    group by source, identity, is_user

)

select
    bad.source, bad.identity, bad.is_user, bad.records, bad.findings, every.records as all_records,
    kept_once.identity is not null as is_kept
from bad
inner join every on bad.source = every.source and bad.identity = every.identity and bad.is_user = every.is_user
left join kept_once on bad.identity = kept_once.identity
order by bad.source, bad.is_user, bad.identity
