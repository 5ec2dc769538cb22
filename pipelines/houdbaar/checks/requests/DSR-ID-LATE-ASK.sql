-- DSR-ID-LATE-ASK: a question about identity, or for detail, that came too late to stop the clock
-- clause: C-81-2 | grain: record | entity: request | reads: request, request_deadline | binds: as_of, dsr_pause_for_clarification
with

asked as (

    select
        source, file, row, record_key, snapshot_date, received_at_issue, 'id_asked_at' as field,
        id_asked_at_first_date as first_date, id_asked_at_last_date as last_date, id_asked_at_issue as issue
    from request
    union all by name
    select
        source, file, row, record_key, snapshot_date, received_at_issue, 'clarification_asked_at' as field,
        clarification_asked_at_first_date as first_date, clarification_asked_at_last_date as last_date,
        clarification_asked_at_issue as issue
    from request
    where $dsr_pause_for_clarification

),

judged as (

    select
        asked.*,
        case
            when asked.issue = 'DQ-TS-NULL' then 'OUT_OF_SCOPE'
            when asked.first_date > $as_of then 'NOT_YET'
            when asked.first_date is null or deadline.row is null then 'UNDETERMINED'
            when asked.field = 'id_asked_at' and deadline.is_identity_late then 'FAIL'
            when asked.field = 'clarification_asked_at' and deadline.is_clarification_late then 'FAIL'
            when asked.field = 'id_asked_at' and deadline.may_be_identity_late then 'UNDETERMINED'
            when asked.field = 'clarification_asked_at' and deadline.may_be_clarification_late then 'UNDETERMINED'
            else 'PASS'
        end as verdict
    from asked
    left join request_deadline as deadline
        on asked.source = deadline.source and asked.file = deadline.file and asked.row = deadline.row

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    field,
    verdict,
    case when verdict = 'UNDETERMINED' then coalesce(issue, received_at_issue, 'DQ-TS-PRECISION') end as reason,
    'review' as action,
    field as trigger_column,
    first_date as first_trigger,
    last_date as last_trigger
from judged
