-- Findings that are not what they were from one recorded run to a later one.
-- reads: first_state, second_state
with

paired as (

    select
        second_state.finding_id, second_state.code, second_state.source, second_state.severity, second_state.status,
        second_state.verdict,
        first_state.records as records_before, second_state.records,
        case
            when second_state.status = 'resolved' then case when first_state.status <> 'resolved' then 'resolved' end
            when second_state.is_stale then case when not coalesce(first_state.is_stale, false) then 'stale' end
            when first_state.finding_id is null then 'new'
            when second_state.reopen_count > first_state.reopen_count then 'regressed'
            when second_state.records > first_state.records then 'grown'
            when second_state.records < first_state.records then 'shrunk'
        end as change
    from second_state
    left join first_state on second_state.finding_id = first_state.finding_id
    union all
    -- Resolved so long before the later run that the ledger has forgotten it.
    select
        first_state.finding_id, first_state.code, first_state.source, first_state.severity, 'resolved' as status, first_state.verdict,
        first_state.records as records_before, first_state.records, 'resolved' as change
    from first_state
    left join second_state on first_state.finding_id = second_state.finding_id
    where second_state.finding_id is null and first_state.status <> 'resolved'

)

select change, severity, code, source, records_before, records, status, verdict, finding_id
from paired
where change is not null
order by
    list_position(['new', 'regressed', 'grown', 'shrunk', 'resolved', 'stale'], change),
    list_position(['critical', 'high', 'medium', 'low', 'info'], severity), code, source nulls first, finding_id
