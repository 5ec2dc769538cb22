-- The acceptance that a finding falls under: that of its source before that of all sources; never a critical one.
-- reads: present, acceptance, earlier
with

matched as (

    select
        present.finding_id,
        arg_min(acceptance.acceptance_id, (acceptance.source is null, acceptance.position)) as acceptance_id
    from present
    inner join acceptance
        on present.code = acceptance.code and (acceptance.source is null or present.source = acceptance.source)
    where acceptance.is_effective
    group by present.finding_id

)

-- An acceptance ends for a finding that grows worse than what was accepted, and only another one can take it up again.
select
    matched.finding_id, matched.acceptance_id, present.records,
    coalesce(earlier.acceptance_id = matched.acceptance_id, false) as is_known,
    present.severity = 'critical' or coalesce(
        earlier.acceptance_id = matched.acceptance_id
        and (
            earlier.is_acceptance_ended
            or list_position(['critical', 'high', 'medium', 'low', 'info'], present.severity)
            < list_position(['critical', 'high', 'medium', 'low', 'info'], earlier.accepted_severity)
        ), false
    ) as is_worse
from matched
inner join present on matched.finding_id = present.finding_id
left join earlier on matched.finding_id = earlier.finding_id
