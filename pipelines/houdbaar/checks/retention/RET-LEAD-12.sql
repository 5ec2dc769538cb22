-- RET-LEAD-12: prospect without contract, last in touch longer ago than the assumed 12 months
-- clause: C-23-2 | grain: record | entity: contact | reads: contact, contact_relation | needs: is_lead, last_contact_at or created_at
-- binds: as_of, last_overdue_date, last_due_date
-- Messages to and from the prospect count too; that there are none in the exports proves nothing away.
with

prospect as (

    select
        contact.source,
        contact.file,
        contact.row,
        contact.record_key,
        contact.snapshot_date,
        contact_relation.is_future,
        contact_relation.is_entity_only,
        contact_relation.written_first_date,
        contact_relation.written_last_date,
        first_given([
            {
                'name': 'last_contact_at', 'first_date': contact.last_contact_at_first_date, 'last_date': contact.last_contact_at_last_date,
                'issue': contact.last_contact_at_issue
            },
            {
                'name': 'created_at', 'first_date': contact.created_at_first_date, 'last_date': contact.created_at_last_date,
                'issue': contact.created_at_issue
            }
        ]) as touch
    from contact
    inner join contact_relation
        on contact.source = contact_relation.source and contact.file = contact_relation.file and contact.row = contact_relation.row
    where contact_relation.is_prospect

),

-- A contact that is still to come is none yet; one without a usable date may have been on the as-of date itself.
touched as (

    select
        *,
        greatest(act_first(touch.first_date, $as_of), written_first_date) as first_date,
        greatest(act_last(touch.first_date, touch.last_date, touch.issue, $as_of), written_last_date) as last_date
    from prospect

),

judged as (

    select
        *,
        case
            when is_future then 'NOT_YET'
            when is_entity_only then 'OUT_OF_SCOPE'
            else term_verdict(first_date, last_date, $as_of, $last_overdue_date, $last_due_date)
        end as verdict
    from touched

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    verdict,
    term_reason(verdict, coalesce(touch.issue, interval_issue(first_date, last_date))) as reason,
    term_confidence(verdict, coalesce(first_date = last_date, false)) as confidence,
    touch.name as trigger_column,
    first_date as first_trigger,
    last_date as last_trigger
from judged
