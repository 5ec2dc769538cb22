-- DSR-NOTIFY: recipients that were not told of a rectification, erasure or restriction
-- clause: C-61-3 | grain: record | entity: request | requires: notice | reads: request, notice, request_recipient, export_file
-- binds: as_of, dsr_notify_days_cutoff_date
with

register as (

    select count(*) > 0 as is_there
    from export_file
    where entity = 'disclosure'

),

told as (

    select trim(request_id) as request_id, list(distinct lower(trim(recipient))) as recipients
    from notice
    where lower(trim(kind)) = 'article_19' and sent_on_first_date <= $as_of and request_id is not null
    group by trim(request_id)

),

counted as (

    select
        known.source, known.file, known.row,
        bool_or(known.can_be_matched) as can_be_matched,
        count(told.request_id) > 0 as is_any_told,
        count(known.recipient) filter (where not coalesce(list_contains(told.recipients, known.recipient), false)) as untold
    from request_recipient as known
    left join told on trim(known.request_id) = told.request_id
    group by known.source, known.file, known.row

),

carried_out as (

    select
        *,
        executed_at_first_date > $dsr_notify_days_cutoff_date as is_recent,
        executed_at_last_date <= $dsr_notify_days_cutoff_date as is_past
    from request

),

judged as (

    select
        request.*,
        case
            when request.executed_at_issue = 'DQ-TS-NULL' then 'OUT_OF_SCOPE'
            when coalesce(lower(trim(request.right)), '') not in ('rectification', 'erasure', 'restriction') then 'OUT_OF_SCOPE'
            when request.executed_at_first_date > $as_of then 'NOT_YET'
            when counted.untold = 0 and (counted.is_any_told or (register.is_there and counted.can_be_matched)) then 'PASS'
            when request.is_recent then 'PASS'
            when counted.untold > 0 and request.is_past then 'FAIL'
            else 'UNDETERMINED'
        end as verdict,
        counted.untold > 0 as is_known
    from carried_out as request
    cross join register
    left join counted on request.source = counted.source and request.file = counted.file and request.row = counted.row

)

select
    source, file, row, record_key, snapshot_date, verdict,
    case
        when verdict <> 'UNDETERMINED' then null
        when is_known then coalesce(executed_at_issue, 'DQ-TS-PRECISION')
        else 'recipients not known'
    end as reason,
    'review' as action,
    'executed_at' as trigger_column,
    executed_at_first_date as first_trigger,
    executed_at_last_date as last_trigger
from judged
