-- Who was tracked without consent or after an objection, by the id that the rows carry: the client's, else the user's.
-- A line with very many rows lists none; of those of denied consent the rows are found again.
-- reads: judgement, finding, analytics_event, analytics_user, kept_row | binds: rules, as_of
with

line as (

    select rule, source, file, month, ranges
    from judgement
    where list_contains($rules, rule) and verdict = 'FAIL'

),

piece as (

    select rule, source, file, month, unnest(ranges) as piece from line

),

bad_row as (

    select source, file, unnest(generate_series(piece.first, piece.last)) as row, rule, month from piece
    union
    select event.source, event.file, event.row, line.rule, line.month
    from analytics_event as event
    inner join line on event.source = line.source and event.file = line.file and line.ranges is null and line.rule = 'CON-COOKIE'
    where
        lower(trim(event.analytics_consent)) = 'denied' and event.event_at_first_date <= $as_of
        and strftime(event.event_at_last_date, '%Y-%m') is not distinct from line.month

),

known as (

    select source, file, row, coalesce(client_id, user_id) as identity, client_id is null as is_user
    from analytics_event
    where coalesce(client_id, user_id) is not null

),

kept as (

    select unnest([client_id, user_id]) as identity
    from (select source, file, row, client_id, user_id from analytics_event
        union all select source, file, row, client_id, user_id from analytics_user) as carried
    inner join kept_row using (source, file, row)

),

bad as (

    select
        known.source, known.identity, known.is_user,
        count(distinct known.file || chr(31) || known.row) as records,
        list(distinct {
            'finding_id': finding.finding_id, 'code': finding.code, 'clause': finding.clause, 'field': finding.field, 'is_assumed': false
        }) as findings
    from bad_row
    inner join known using (source, file, row)
    inner join (select distinct finding_id, rule, code, clause, field, source, overdue_month from finding where verdict = 'FAIL') as finding
        on
            bad_row.rule = finding.rule and bad_row.source = finding.source and bad_row.month is not distinct from finding.overdue_month
    group by known.source, known.identity, known.is_user

),

every as (

    select source, identity, is_user, count(*) as records from known group by source, identity, is_user

)

select
    bad.source, bad.identity, bad.is_user, bad.records, bad.findings, every.records as all_records,
    coalesce(bad.identity in (select identity from kept where identity is not null), false) as is_kept
from bad
inner join every using (source, identity, is_user)
order by bad.source, bad.is_user, bad.identity
