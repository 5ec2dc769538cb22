-- DSR-DESTROYED: an erasure that was carried out while a hold or a restriction was on the same person
-- clause: C-61-6 | grain: record | entity: request | requires: hold | reads: request, erased_hold, hold_state, hold | binds: as_of
-- Of deletions by plan no register says whose data they were: what can be told is told of erasures that people asked for.
-- A held record that stands in an export from after the erasure was not destroyed by it.
with

erasure as (

    select
        source, file, row, record_key, snapshot_date, executed_at_first_date as first_date, executed_at_last_date as last_date,
        executed_at_issue as issue,
        lower(trim("right")) = 'erasure' and coalesce(executed_at_issue, '') <> 'DQ-TS-NULL' as is_in_scope,
        coalesce(lower(trim(outcome)), '') = 'partly_granted' as is_partly
    from request

),

blocked as (

    select
        erased_hold.source, erased_hold.file, erased_hold.row, erased_hold.seen_on, erased_hold.doubt,
        coalesce(hold_state.starts_on, hold.starts_on_first_date) as starts_on,
        least(hold.ends_on_last_date, hold.review_on_last_date, hold.released_on_last_date - 1, date '9999-12-31') as lasts_to
    from erased_hold
    inner join hold_state
        on
            erased_hold.hold_source = hold_state.source and erased_hold.hold_file = hold_state.file
            and erased_hold.hold_row = hold_state.row
    inner join hold on hold_state.source = hold.source and hold_state.file = hold.file and hold_state.row = hold.row

),

-- The holds that may have been on the person then: a day that isn't known may be any, and an export of that day is from before or after.
met as (

    select
        erasure.*,
        blocked.row is not null as is_met,
        erasure.first_date >= blocked.starts_on and erasure.last_date <= blocked.lasts_to as is_within,
        coalesce(blocked.doubt, if(blocked.seen_on >= erasure.first_date, 'snapshot order unknown', null)) as doubt
    from erasure
    left join blocked
        on
            erasure.source = blocked.source and erasure.file = blocked.file and erasure.row = blocked.row
            and coalesce(erasure.last_date >= blocked.seen_on, true)
            and coalesce(erasure.last_date >= blocked.starts_on and erasure.first_date <= blocked.lasts_to, true)

),

judged as (

    select
        source, file, row, record_key, snapshot_date, is_in_scope, is_partly, first_date, last_date, issue,
        coalesce(bool_or(is_met and doubt is null and is_within), false) as is_certain,
        bool_or(is_met and doubt is null) as is_possible,
        min(doubt) as doubt
    from met
    group by all

)

select
    source, file, row, record_key, snapshot_date,
    case
        when not is_in_scope then 'OUT_OF_SCOPE'
        when first_date > $as_of then 'NOT_YET'
        when is_certain and not is_partly then 'FAIL'
        when is_certain or is_possible or doubt is not null then 'UNDETERMINED'
        else 'PASS'
    end as verdict,
    case
        when not is_in_scope or first_date > $as_of then null
        when is_certain and is_partly then 'what was erased is not said'
        when is_certain then null
        when is_possible then coalesce(issue, 'DQ-TS-PRECISION')
        else doubt
    end as reason,
    'review' as action, 'executed_at' as trigger_column, first_date as first_trigger, last_date as last_trigger
from judged
