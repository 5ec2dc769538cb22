-- Findings of earlier runs that are not there, and whether they were looked for: only then they are gone.
-- reads: earlier, present, looked | binds: held
with

judged as (

    select
        earlier.finding_id, earlier.source, earlier.status, earlier.verdict, looked.why_not, looked.out_of_scope,
        case
            when looked.why_not is not null then false
            when looked.extracted_on < earlier.extracted_on then false
            when looked.extracted_on is null and earlier.extracted_on is not null then false
            when not looked.is_dated then true
            when earlier.first_trigger is null or earlier.last_trigger is null then false
            when earlier.first_trigger < looked.covers_from or earlier.last_trigger > looked.covers_to then false
            else true
        end as is_covered
    from earlier
    left join present on earlier.finding_id = present.finding_id
    left join looked
        on
            earlier.code = looked.code
            and earlier.source is not distinct from looked.source
            and earlier.entity is not distinct from looked.entity
            and earlier.untested is not distinct from looked.before
    where present.finding_id is null

)

select
    finding_id, source, is_covered,
    case
        when is_covered then coalesce(out_of_scope, if(verdict = 'HELD', $held, null))
        else coalesce(why_not, 'the export is older, of an unknown day, or does not cover its dates')
    end as why,
    status <> 'resolved' and not is_covered as is_stale
from judged
