-- Erasures that were carried out, and holds that name no person but a record, or a source and a period: one row an erasure and hold.
-- A record was the person's where an export says so that has it; seen_on: the day of the newest export that still has it. Whose a record
-- was that no export has, and which records of a period an erasure took, nobody can tell. What an export has as somebody else's is theirs.
-- reads: erasure, hold_state, keyed_row, export_file, state_snapshot, subject_record | binds: inner_pad, outer_pad
with

held as (

    select source, file, row, selected_source, selected_record_key
    from hold_state
    where identifier_value is null and state <> 'invalid'

),

found as (

    select
        held.row as hold_row, keyed_row.source, keyed_row.file, keyed_row.row, export_file.snapshot_date,
        coalesce(export_file.snapshot_date >= state_snapshot.state_date, true) as is_current
    from held
    inner join keyed_row
        on
            held.selected_source = keyed_row.source
            and held.selected_record_key in (keyed_row.record_key, hmac(keyed_row.record_key, $inner_pad, $outer_pad))
    inner join export_file on keyed_row.source = export_file.source and keyed_row.path = export_file.path
    inner join state_snapshot on export_file.source = state_snapshot.source and export_file.entity = state_snapshot.entity

),

seen as (

    select
        hold_row, bool_or(is_current and snapshot_date is null) as is_undated, max(snapshot_date) filter (where is_current) as seen_on
    from found
    group by hold_row

),

-- An erasure that names nobody any more may be anybody's.
theirs as (

    select erasure.person, found.hold_row, coalesce(bool_or(subject_record.tier = 'definite'), false) as is_certain
    from erasure
    cross join found
    left join subject_record
        on
            erasure.person = subject_record.person and found.source = subject_record.source
            and found.file = subject_record.file and found.row = subject_record.row
    where subject_record.person is not null or not erasure.is_linked
    group by erasure.person, found.hold_row

)

select
    erasure.source,
    erasure.file,
    erasure.row,
    held.source as hold_source,
    held.file as hold_file,
    held.row as hold_row,
    case
        when held.selected_record_key is null then 'nobody can tell what of a held period was erased'
        when not coalesce(theirs.is_certain, false) then 'nobody can tell whose a held record was'
        when seen.is_undated then 'snapshot order unknown'
    end as doubt,
    seen.seen_on
from erasure
cross join held
left join seen on held.row = seen.hold_row
left join theirs on held.row = theirs.hold_row and erasure.person = theirs.person
where held.selected_record_key is null or seen.hold_row is null or theirs.person is not null
