-- RET-MKT-12: address still mailable more than 12 months after the person's last response
-- clause: C-52-4 | grain: record | entity: mail_member | reads: mail_state, mail_answer | needs: status
-- binds: as_of, last_overdue_date, last_due_date
with

judged as (

    select
        mail_state.source,
        mail_state.file,
        mail_state.record_key,
        mail_state.snapshot_date,
        mail_state.rows,
        mail_state.is_current and mail_state.status = 'subscribed' as is_mailable,
        mail_state.is_status_disputed,
        mail_state.is_current
        and coalesce(mail_state.status, '') not in ('subscribed', 'unsubscribed', 'cleaned', 'pending', 'nonsubscribed', 'archived')
            as is_status_unknown,
        coalesce(mail_answer.covered_since <= $last_overdue_date + 1, false) as is_covered,
        mail_answer.first_date,
        mail_answer.last_date,
        coalesce(mail_answer.issue, mail_state.opt_in_issue, 'DQ-TS-NULL') as issue,
        case when mail_answer.counterfactual_date > $last_overdue_date then mail_answer.counterfactual end as counterfactual,
        term_verdict(
            coalesce(mail_answer.first_date, case when mail_answer.last_date is not null then date '0001-01-01' end),
            mail_answer.last_date, $as_of, $last_overdue_date, $last_due_date
        ) as term
    from mail_state
    left join mail_answer on mail_state.source = mail_answer.source and mail_state.record_key = mail_answer.record_key

),

decided as (

    select
        source,
        file,
        record_key,
        snapshot_date,
        rows,
        first_date,
        last_date,
        counterfactual,
        case
            when is_status_disputed or is_status_unknown then 'UNDETERMINED'
            when not coalesce(is_mailable, false) then 'OUT_OF_SCOPE'
            when term in ('OVERDUE', 'UNDETERMINED') and not is_covered then 'UNDETERMINED'
            else term
        end as verdict,
        case
            when is_status_disputed then 'snapshot order unknown'
            when is_status_unknown then 'status unknown'
            when not is_covered then 'activity not covered'
            else issue
        end as issue
    from judged

)

select
    source,
    file,
    unnest(rows) as row,
    record_key,
    snapshot_date,
    verdict,
    case
        when verdict = 'OVERDUE' then 'counterfactual: ' || counterfactual
        else term_reason(verdict, issue)
    end as reason,
    term_confidence(verdict, first_date, case when first_date <> last_date then 'DQ-TS-PRECISION' end) as confidence,
    case when verdict = 'OVERDUE' and counterfactual is not null then 'medium' end as severity,
    'last_response_at' as trigger_column,
    first_date as first_trigger,
    last_date as last_trigger
from decided
