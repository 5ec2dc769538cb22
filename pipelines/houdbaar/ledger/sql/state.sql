-- Every finding that is known after this run, one row each (domain.md 5.3). What was resolved before $forget_until is forgotten.
-- reads: present, earlier, absent, looked, matched, acceptance, holding, proof | binds: as_of, forget_until, missing
with

seen as (

    select
        present.*,
        earlier.finding_id is not null as is_known,
        earlier.status as before_status,
        earlier.first_seen, earlier.reopen_count, earlier.severity as before_severity,
        holding.acceptance_id is not null and not matched.is_worse and coalesce(earlier.status, '') <> 'resolved' as is_accepted,
        coalesce(matched.acceptance_id, earlier.acceptance_id) as acceptance_id,
        case when matched.is_known or matched.acceptance_id is null then earlier.accepted_severity end as accepted_severity,
        coalesce(matched.is_worse, false) as is_worse,
        case
            when matched.is_worse then 'the severity rose from ' || earlier.accepted_severity || ' to ' || present.severity
            else coalesce(acceptance.note, $missing)
        end as ended_note,
        looked.untested, looked.extracted_on
    from present
    left join earlier on present.finding_id = earlier.finding_id
    left join matched on present.finding_id = matched.finding_id
    left join holding on matched.acceptance_id = holding.acceptance_id
    left join acceptance on coalesce(matched.acceptance_id, earlier.acceptance_id) = acceptance.acceptance_id
    left join looked
        on
            present.code = looked.code
            and present.source is not distinct from looked.source
            and present.entity is not distinct from looked.entity
            and looked.before is null

)

select
    finding_id, code, clause, source, entity, severity, verdict, records,
    case
        when is_accepted then 'accepted'
        when not is_known then 'new'
        when before_status = 'resolved' then 'regressed'
        else 'open'
    end as status,
    false as is_stale,
    coalesce(first_seen, $as_of) as first_seen,
    $as_of as last_seen,
    cast(null as date) as resolved_on,
    cast(coalesce(reopen_count, 0) + cast(coalesce(before_status = 'resolved', false) as integer) as integer) as reopen_count,
    cast(null as varchar) as proof,
    acceptance_id,
    case when is_accepted then coalesce(accepted_severity, severity) else accepted_severity end as accepted_severity,
    is_worse as is_acceptance_ended,
    untested, extracted_on, first_trigger, last_trigger,
    case
        when before_status = 'resolved' then 'regressed'
        when before_status = 'accepted' and not is_accepted then 'acceptance_ended'
    end as event,
    case when before_status = 'accepted' and not is_accepted then ended_note end as note
from seen
union all
select
    earlier.finding_id, earlier.code, earlier.clause, earlier.source, earlier.entity, earlier.severity, earlier.verdict, earlier.records,
    case when absent.is_covered then 'resolved' else earlier.status end as status,
    absent.is_stale,
    earlier.first_seen, earlier.last_seen,
    case when earlier.status = 'resolved' then earlier.resolved_on when absent.is_covered then $as_of end as resolved_on,
    earlier.reopen_count,
    case when earlier.status = 'resolved' then earlier.proof when absent.is_covered then proof.proof end as proof,
    earlier.acceptance_id, earlier.accepted_severity, earlier.is_acceptance_ended, earlier.untested, earlier.extracted_on,
    earlier.first_trigger, earlier.last_trigger,
    case
        when earlier.status <> 'resolved' and absent.is_covered then 'resolved'
        when absent.is_stale and not earlier.is_stale then 'stale'
    end as event,
    case when absent.is_stale then absent.why when earlier.status <> 'resolved' then coalesce(proof.proof, absent.why) end as note
from earlier
inner join absent on earlier.finding_id = absent.finding_id
left join proof on earlier.finding_id = proof.finding_id
where earlier.status <> 'resolved' or earlier.resolved_on > $forget_until
order by finding_id
