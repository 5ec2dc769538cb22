-- Events of identifiers whose owner objected, withdrew consent, or consented only later: one row an event and act.
-- act: objection, withdrawal, grant. finding: FAIL (certainly within the time without a basis) or UNDETERMINED (it may be).
-- An account's number is a Google user id (domain.md 4.2).
-- reads: register_act, analytics_event | binds: time_zone
with

act as (

    select
        if(kind = 'client_id', 'client_id', 'user_id') as kind, value,
        case act when 'upheld' then 'objection' else act end as act,
        earliest_at, coalesce(latest_at, timestamptz '9999-12-31 00:00:00+00') as latest_at
    from register_act
    where is_analytics and kind in ('client_id', 'user_id', 'customer_id', 'account_id')

),

-- From each refusal to the next consent, and from the beginning of time to the first act that is a consent.
refused as (

    select
        refusal.kind, refusal.value, refusal.act,
        refusal.latest_at as certain_from, min(renewal.earliest_at) as certain_to,
        refusal.earliest_at as possible_from, min(renewal.latest_at) as possible_to
    from act as refusal
    left join act as renewal
        on
            renewal.act = 'grant' and refusal.kind = renewal.kind and refusal.value = renewal.value
            and refusal.latest_at < renewal.latest_at
    where refusal.act <> 'grant'
    group by refusal.kind, refusal.value, refusal.act, refusal.latest_at, refusal.earliest_at
    union all
    select
        kind,
        value,
        'grant' as act,
        null as certain_from,
        min(earliest_at) as certain_to,
        null as possible_from,
        min(latest_at) as possible_to
    from act
    group by kind, value
    having coalesce(arg_min(act, earliest_at), '') = 'grant'

),

event as (

    select
        source, file, row, unnest(['client_id', 'user_id']) as kind,
        unnest([if(starts_with(client_id, 'GA'), identifier_key('client_id', client_id), client_id), user_id]) as value,
        earliest_moment(event_at, event_at_first_date, $time_zone) as earliest_at,
        latest_moment(event_at, event_at_last_date, $time_zone) as latest_at
    from analytics_event

)

select
    event.source, event.file, event.row, refused.act,
    case
        when bool_or(coalesce(
                event.earliest_at > coalesce(refused.certain_from, timestamptz '0001-01-01 00:00:00+00')
                and event.latest_at < coalesce(refused.certain_to, timestamptz '9999-12-31 00:00:00+00'), false
            )) then 'FAIL'
        else 'UNDETERMINED'
    end as finding
from event
inner join refused on event.kind = refused.kind and event.value = refused.value
where
    coalesce(event.latest_at > refused.possible_from, true)
    and coalesce(event.earliest_at < refused.possible_to, true)
group by event.source, event.file, event.row, refused.act
