-- DSR-EXT-LATE: an extension of which the person was told after the first due date, so that there is none
-- clause: C-61-1 | grain: record | entity: request | reads: request, request_deadline | binds: as_of
with

judged as (

    select
        request.*,
        deadline.latest_first_due_date,
        case
            when request.extended_at_issue = 'DQ-TS-NULL' then 'OUT_OF_SCOPE'
            when request.extended_at_first_date > $as_of then 'NOT_YET'
            when request.extended_at_first_date is null or deadline.row is null then 'UNDETERMINED'
            when deadline.is_extension_late then 'FAIL'
            when deadline.may_be_extension_late then 'UNDETERMINED'
            else 'PASS'
        end as verdict
    from request
    left join request_deadline as deadline
        on request.source = deadline.source and request.file = deadline.file and request.row = deadline.row

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    'extended_at' as field,
    verdict,
    case when verdict = 'UNDETERMINED' then coalesce(extended_at_issue, received_at_issue, 'DQ-TS-PRECISION') end as reason,
    'review' as action,
    'extended_at' as trigger_column,
    extended_at_first_date as first_trigger,
    extended_at_last_date as last_trigger,
    case when verdict = 'FAIL' then latest_first_due_date end as last_permitted_day
from judged
