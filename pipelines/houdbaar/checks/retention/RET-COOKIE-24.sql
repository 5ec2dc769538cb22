-- RET-COOKIE-24: cookie set to live longer than the promised 24 months
-- clause: C-52-2 | grain: record | entity: cookie | reads: cookie, term_day | needs: set_at
-- binds: time_zone, boundary
with

-- The cookie ends at its expiry, else at its set date plus max-age; with neither it ends with the browser session.
lifetime as (

    select
        source, file, row, record_key, snapshot_date,
        set_at_first_date, set_at_last_date, set_at_issue, expires_at_issue,
        coalesce(expires_at_issue, '') = 'DQ-TS-NULL' and max_age_seconds is null as is_session,
        case
            when expires_at_issue = 'DQ-TS-NULL'
                then cast(timezone($time_zone, set_at + to_seconds(least(greatest(max_age_seconds, 0), 4000000000))) as date)
        end as max_age_date,
        expires_at_first_date, expires_at_last_date
    from cookie

),

-- Of an uncertain set date the latest reading must violate, the earliest must pass.
limited as (

    select
        lifetime.source, lifetime.file, lifetime.row, lifetime.record_key, lifetime.snapshot_date,
        lifetime.set_at_first_date, lifetime.set_at_last_date, lifetime.set_at_issue, lifetime.expires_at_issue,
        lifetime.is_session,
        coalesce(lifetime.expires_at_first_date, lifetime.max_age_date) as first_end_date,
        coalesce(lifetime.expires_at_last_date, lifetime.max_age_date) as last_end_date,
        earliest.last_permitted_day as earliest_limit_date,
        latest.last_permitted_day as latest_limit_date
    from lifetime
    left join term_day as earliest on lifetime.set_at_first_date = earliest.trigger_date
    left join term_day as latest on lifetime.set_at_last_date = latest.trigger_date

),

judged as (

    select
        source,
        file,
        row,
        record_key,
        snapshot_date,
        set_at_first_date,
        set_at_last_date,
        case
            when set_at_last_date is not null and last_end_date is null and expires_at_issue <> 'DQ-TS-NULL' then expires_at_issue
            else coalesce(set_at_issue, expires_at_issue)
        end as issue,
        coalesce(set_at_first_date = set_at_last_date and first_end_date = last_end_date, false) as is_exact,
        case
            when is_session then 'PASS'
            when first_end_date >= date '2038-01-19' then 'FAIL'
            when first_end_date > latest_limit_date or ($boundary = 'exclusive' and first_end_date = latest_limit_date) then 'FAIL'
            when last_end_date < earliest_limit_date or ($boundary = 'inclusive' and last_end_date = earliest_limit_date) then 'PASS'
            else 'UNDETERMINED'
        end as verdict
    from limited

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    verdict,
    term_reason(verdict, issue) as reason,
    term_confidence(verdict, is_exact) as confidence,
    'set_at' as trigger_column,
    set_at_first_date as first_trigger,
    set_at_last_date as last_trigger
from judged
