-- The snapshot that tells a source's state: the newest complete one made by as-of + grace days, else the oldest later one (design 3).
-- state_date NULL: no complete export of the source says when it was made.
-- reads: export_file | binds: as_of, coverage_grace_days
select
    source,
    entity,
    coalesce(
        max(snapshot_date) filter (where is_complete and snapshot_date <= $as_of + to_days($coverage_grace_days)),
        min(snapshot_date) filter (where is_complete)
    ) as state_date
from export_file
group by source, entity
