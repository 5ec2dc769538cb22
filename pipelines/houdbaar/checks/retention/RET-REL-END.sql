-- RET-REL-END: account kept longer than the assumed 12 months after the relation ended
-- clause: C-51-2 | grain: record | entity: account | reads: account_relation | needs: closed_at
-- binds: as_of, last_overdue_date, last_due_date
-- Where no end is known, RET-REL-DORMANT looks for a sign of life instead.
with

judged as (

    select
        source,
        file,
        row,
        record_key,
        snapshot_date,
        doubt,
        ended_first_date,
        ended_last_date,
        ended_issue,
        is_running or is_open as is_ongoing,
        coalesce(is_future, false) as is_future,
        term_verdict(ended_first_date, ended_last_date, $as_of, $last_overdue_date, $last_due_date) as term
    from account_relation
    where is_running or is_open or is_ended or doubt = 'snapshot order unknown'

),

decided as (

    select
        *,
        case
            when is_future then 'NOT_YET'
            when is_ongoing then 'WITHIN'
            when term = 'OVERDUE' and doubt is not null then 'UNDETERMINED'
            else term
        end as verdict
    from judged

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    verdict,
    term_reason(verdict, coalesce(doubt, ended_issue, interval_issue(ended_first_date, ended_last_date))) as reason,
    term_confidence(verdict, coalesce(ended_first_date = ended_last_date, false)) as confidence,
    'relation_ended_on' as trigger_column,
    case when not is_ongoing then ended_first_date end as first_trigger,
    case when not is_ongoing then ended_last_date end as last_trigger
from decided
