-- Invoices and payments that an earlier recorded run saw, and that are absent from an export of their source that would have them.
-- verdict: FAIL while the law asks for them by the earliest reading of their dates, UNDETERMINED by the latest only, else PASS.
-- is_beside: an older export has them, and the newest begins later: it may be one of a year, and they may be where they were.
-- reads: known_entry, covered_entry, held_entry, state_snapshot
-- binds: statutory_years_cutoff_date, statutory_oss_years_cutoff_date, statutory_immovable_years_cutoff_date
with

newest as (

    select source, entity, min(first_date) as first_date
    from held_entry
    where is_current
    group by source, entity

),

absent as (

    select
        known_entry.source, known_entry.entity, known_entry.keyed_record_key, known_entry.first_date, known_entry.last_date,
        known_entry.ended_on_first_date, known_entry.ended_on_last_date,
        case known_entry.duty
            when 'oss' then $statutory_oss_years_cutoff_date
            when 'immovable' then $statutory_immovable_years_cutoff_date
            else $statutory_years_cutoff_date
        end as last_overdue_date,
        held_entry.keyed_record_key is not null and coalesce(known_entry.last_date < newest.first_date, false) as is_beside
    from known_entry
    inner join covered_entry on known_entry.source = covered_entry.source and known_entry.entity = covered_entry.entity
    inner join state_snapshot on known_entry.source = state_snapshot.source and known_entry.entity = state_snapshot.entity
    left join newest on known_entry.source = newest.source and known_entry.entity = newest.entity
    left join held_entry
        on
            known_entry.source = held_entry.source
            and known_entry.entity = held_entry.entity
            and known_entry.keyed_record_key = held_entry.keyed_record_key
    where
        not coalesce(held_entry.is_current, false)
        -- An export that is older than the one it was seen in says nothing, nor does one that does not cover its date.
        and coalesce(state_snapshot.state_date >= known_entry.snapshot_date, true)
        and (
            not covered_entry.is_dated
            or (known_entry.first_date >= covered_entry.covers_from and known_entry.last_date <= covered_entry.covers_to)
        )

)

select
    source, entity, keyed_record_key, first_date, last_date, is_beside,
    case
        when is_beside and ended_on_last_date > last_overdue_date then 'UNDETERMINED'
        when ended_on_first_date > last_overdue_date then 'FAIL'
        when ended_on_last_date > last_overdue_date then 'UNDETERMINED'
        else 'PASS'
    end as verdict
from absent
