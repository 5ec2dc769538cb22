-- CON-PENDING-STALE: unconfirmed opt-in that is kept longer than a confirmation may take
-- clause: C-22-1 | grain: record | entity: mail_member | needs: status, opted_in_at | reads: mail_state, mail_member
-- binds: marketing_pending_days_cutoff_date, as_of
select
    mail_state.source,
    mail_state.file,
    mail_state.row,
    mail_state.record_key,
    mail_state.snapshot_date,
    case
        when state_issue(mail_state.is_incomplete, mail_state.is_disputed) is not null then 'UNDETERMINED'
        when not mail_state.is_current or mail_state.status <> 'pending' then 'OUT_OF_SCOPE'
        when mail_member.opted_in_at_first_date > $as_of then 'NOT_YET'
        when mail_member.opted_in_at_last_date <= $marketing_pending_days_cutoff_date then 'FAIL'
        when mail_member.opted_in_at_first_date > $marketing_pending_days_cutoff_date then 'PASS'
        else 'UNDETERMINED'
    end as verdict,
    case
        when state_issue(mail_state.is_incomplete, mail_state.is_disputed) is not null
            then state_issue(mail_state.is_incomplete, mail_state.is_disputed)
        when not mail_state.is_current or mail_state.status <> 'pending' then null
        when mail_member.opted_in_at_last_date <= $marketing_pending_days_cutoff_date then null
        when mail_member.opted_in_at_first_date > $marketing_pending_days_cutoff_date then null
        else coalesce(mail_member.opted_in_at_issue, 'DQ-TS-NULL')
    end as reason,
    'delete' as action,
    'opted_in_at' as trigger_column,
    mail_member.opted_in_at_first_date as first_trigger,
    mail_member.opted_in_at_last_date as last_trigger
from mail_state
inner join mail_member
    on mail_state.source = mail_member.source and mail_state.file = mail_member.file and mail_state.row = mail_member.row
