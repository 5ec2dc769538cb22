-- RET-MKT-12: address still mailable more than 12 months after the person's last response
-- clause: C-52-4 | grain: record | entity: mail_member | reads: mail_state, member_coverage, mail_answer
-- needs: status | binds: as_of, last_overdue_date, last_due_date
-- A state is read from one snapshot, and has no date to be weighed by against others.
with

judged as (

    select
        mail_state.source,
        mail_state.file,
        mail_state.row,
        mail_state.record_key,
        mail_state.snapshot_date,
        mail_state.is_current and mail_state.status = 'subscribed' as is_mailable,
        case
            when mail_state.is_incomplete then 'snapshot incomplete'
            when mail_state.is_disputed then 'snapshot order unknown'
            when
                mail_state.is_current
                and mail_state.status not in ('subscribed', 'unsubscribed', 'cleaned', 'pending', 'nonsubscribed', 'archived')
                then 'status unknown'
        end as state_issue,
        coalesce(member_coverage.covered_since <= $last_overdue_date + 1, false) as is_covered,
        mail_answer.first_date,
        mail_answer.last_date,
        mail_answer.issue,
        case when mail_answer.counterfactual_date > $last_overdue_date then mail_answer.counterfactual end as counterfactual,
        term_verdict(mail_answer.first_date, mail_answer.last_date, $as_of, $last_overdue_date, $last_due_date) as term
    from mail_state
    left join member_coverage on mail_state.source = member_coverage.source and mail_state.record_key = member_coverage.record_key
    left join mail_answer on mail_state.source = mail_answer.source and mail_state.record_key = mail_answer.record_key

),

decided as (

    select
        source,
        file,
        row,
        record_key,
        snapshot_date,
        first_date,
        last_date,
        counterfactual,
        case
            when state_issue is not null then 'UNDETERMINED'
            when not is_mailable then 'OUT_OF_SCOPE'
            when term in ('OVERDUE', 'UNDETERMINED') and not is_covered then 'UNDETERMINED'
            else term
        end as verdict,
        coalesce(state_issue, case when not is_covered then 'activity not covered' end, issue) as issue
    from judged

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    verdict,
    case
        when verdict = 'OVERDUE' then 'counterfactual: ' || counterfactual
        else term_reason(verdict, issue)
    end as reason,
    term_confidence(verdict, coalesce(first_date = last_date, false)) as confidence,
    case when verdict = 'OVERDUE' and counterfactual is not null then 'medium' end as severity,
    'last_response_at' as trigger_column,
    first_date as first_trigger,
    last_date as last_trigger
from decided
