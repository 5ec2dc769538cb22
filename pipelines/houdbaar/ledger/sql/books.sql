-- What is known of the books after this run: what its exports hold, and what only earlier runs saw while the law may still ask for it.
-- reads: held_entry, known_entry
-- binds: statutory_years_cutoff_date, statutory_oss_years_cutoff_date, statutory_immovable_years_cutoff_date
with

united as (

    select
        source, entity, keyed_record_key, snapshot_date, duty, first_date, last_date, ended_on_first_date, ended_on_last_date
    from held_entry
    where not is_future
    union all
    select
        known_entry.source, known_entry.entity, known_entry.keyed_record_key, known_entry.snapshot_date, known_entry.duty,
        known_entry.first_date, known_entry.last_date, known_entry.ended_on_first_date, known_entry.ended_on_last_date
    from known_entry
    left join held_entry
        on
            known_entry.source = held_entry.source
            and known_entry.entity = held_entry.entity
            and known_entry.keyed_record_key = held_entry.keyed_record_key
    where
        held_entry.keyed_record_key is null
        and known_entry.ended_on_last_date > case known_entry.duty
            when 'oss' then $statutory_oss_years_cutoff_date
            when 'immovable' then $statutory_immovable_years_cutoff_date
            else $statutory_years_cutoff_date
        end

)

select
    source, entity, keyed_record_key, snapshot_date, duty, first_date, last_date, ended_on_first_date, ended_on_last_date
from united
order by source, entity, keyed_record_key
