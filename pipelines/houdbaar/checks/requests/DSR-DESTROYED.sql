-- DSR-DESTROYED: an erasure that was carried out while a hold or a restriction was on the same person
-- clause: C-61-6 | grain: record | entity: request | requires: hold | reads: request, hold_state, hold | binds: as_of
-- Of deletions by plan no register says whose data they were: what can be told is told of erasures that people asked for.
with

erasure as (

    select
        source, file, row, record_key, snapshot_date, executed_at_first_date as first_date, executed_at_last_date as last_date,
        executed_at_issue as issue,
        lower(trim("right")) = 'erasure' and executed_at_issue <> 'DQ-TS-NULL' as is_in_scope,
        coalesce(lower(trim(outcome)), '') = 'partly_granted' as is_partly,
        unnest(string_split(coalesce(identifiers, ''), ';')) as identifier
    from request

),

blocked as (

    select
        hold_state.identifier_kind as kind,
        identifier_key(hold_state.identifier_kind, hold_state.identifier_value) as value,
        coalesce(hold_state.starts_on, hold.starts_on_first_date) as starts_on,
        least(hold.ends_on_last_date, hold.review_on_last_date, hold.released_on_last_date - 1, date '9999-12-31') as lasts_to
    from hold_state
    inner join hold on hold_state.source = hold.source and hold_state.file = hold.file and hold_state.row = hold.row
    where hold_state.identifier_value is not null and hold_state.state <> 'invalid'

),

met as (

    select
        erasure.source, erasure.file, erasure.row, erasure.record_key, erasure.snapshot_date, erasure.is_in_scope, erasure.is_partly,
        erasure.first_date, erasure.last_date, erasure.issue,
        coalesce(bool_or(erasure.first_date >= blocked.starts_on and erasure.last_date <= blocked.lasts_to), false) as is_certain,
        coalesce(bool_or(erasure.last_date >= blocked.starts_on and erasure.first_date <= blocked.lasts_to), false) as is_possible,
        count(blocked.kind) > 0 as is_met
    from erasure
    left join blocked
        on
            lower(trim(regexp_extract(erasure.identifier, '^([^=]*)=', 1))) = blocked.kind
            and identifier_key(blocked.kind, trim(regexp_replace(erasure.identifier, '^[^=]*=', ''))) = blocked.value
    group by all

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    case
        when not is_in_scope then 'OUT_OF_SCOPE'
        when first_date > $as_of then 'NOT_YET'
        when is_certain and not is_partly then 'FAIL'
        when is_possible or is_certain or (is_met and first_date is null) then 'UNDETERMINED'
        else 'PASS'
    end as verdict,
    case
        when not is_in_scope or not is_met then null
        when is_certain and is_partly then 'what was erased is not said'
        when is_certain then null
        when is_possible or first_date is null then coalesce(issue, 'DQ-TS-PRECISION')
    end as reason,
    'review' as action,
    'executed_at' as trigger_column,
    first_date as first_trigger,
    last_date as last_trigger
from met
