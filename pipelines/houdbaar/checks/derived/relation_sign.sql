-- Every sign that a relation runs, has ended or lived: one row a record, by its newest version up to the source's state (design 3).
-- A record that is gone from the newest export keeps nothing going; its end and its last act remain what they were.
-- reads: relation_party, relation_trade, relation_use, state_snapshot | binds: as_of | kept: until read
with

recorded as (

    select
        entity, source, file, record_key, snapshot_date, relation, state, end_first_date, end_last_date, end_issue,
        act_first_date, act_last_date
    from relation_party
    union all
    select
        entity, source, file, record_key, snapshot_date, relation, state, end_first_date, end_last_date, end_issue,
        act_first_date, act_last_date
    from relation_trade

),

versioned as (

    select
        recorded.*,
        coalesce(recorded.snapshot_date = state_snapshot.state_date, true) as is_current,
        coalesce(recorded.snapshot_date = max(recorded.snapshot_date) over one_record, true) as is_newest,
        recorded.snapshot_date is null
        and min(recorded.file) over one_record <> max(recorded.file) over one_record
        and min(coalesce(recorded.state, '')) over one_record <> max(coalesce(recorded.state, '')) over one_record as is_disputed
    from recorded
    inner join state_snapshot on recorded.entity = state_snapshot.entity and recorded.source = state_snapshot.source
    where
        recorded.relation is not null
        and (recorded.snapshot_date is null or recorded.snapshot_date <= state_snapshot.state_date)
    window one_record as (partition by recorded.entity, recorded.source, recorded.record_key)

)

select
    relation,
    entity,
    case
        when is_disputed then 'doubt'
        when state in ('runs', 'open', 'doubt') and not is_current then null
        else state
    end as state,
    case when is_disputed then 'snapshot order unknown' when state = 'doubt' then 'order status not known' end as reason,
    case when state in ('ended', 'paid') and not is_disputed then act_first(end_first_date, $as_of) end as end_first_date,
    case when state in ('ended', 'paid') and not is_disputed then least(coalesce(end_last_date, $as_of), $as_of) end as end_last_date,
    end_issue,
    act_first_date,
    act_last_date
from versioned
where is_newest
union all
select
    relation,
    'service_event' as entity,
    state,
    case when state = 'doubt' then issue end as reason,
    null as end_first_date,
    null as end_last_date,
    null as end_issue,
    act_first_date,
    act_last_date
from relation_use
