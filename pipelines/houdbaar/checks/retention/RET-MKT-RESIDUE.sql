-- RET-MKT-RESIDUE: profile of a member whom nobody may mail any more: unsubscribed, cleaned, archived, or only in older exports
-- clause: C-52-4 | grain: record | entity: mail_member | reads: mail_member, mail_state, state_snapshot | needs: status
-- binds: as_of, last_overdue_date, last_due_date
-- Of those who opted out the address, its state and the proof of consent may stay; the clean-up days are for opt-outs only.
with

stored as (

    select
        mail_member.source,
        mail_member.file,
        mail_member.row,
        mail_member.record_key,
        mail_state.snapshot_date,
        mail_state.status,
        mail_state.is_current,
        case
            when mail_state.is_incomplete then 'snapshot incomplete'
            when mail_state.is_disputed then 'snapshot order unknown'
        end as state_issue,
        mail_state.snapshot_date > state_snapshot.state_date as is_later,
        coalesce(
            mail_member.first_name, mail_member.last_name, mail_member.phone, mail_member.organisation, mail_member.job_title,
            mail_member.country, mail_member.region, mail_member.language, mail_member.rating, mail_member.notes, mail_member.tags,
            cast(mail_member.latitude as varchar), cast(mail_member.longitude as varchar)
        ) is not null as has_profile,
        mail_member.unsubscribed_at_first_date as first_date,
        mail_member.unsubscribed_at_last_date as last_date,
        mail_member.unsubscribed_at_issue as issue,
        term_verdict(first_date, last_date, $as_of, $last_overdue_date, $last_due_date) as term
    from mail_state
    inner join mail_member
        on mail_state.source = mail_member.source and mail_state.file = mail_member.file and mail_state.row = mail_member.row
    inner join state_snapshot on mail_state.source = state_snapshot.source and state_snapshot.entity = 'mail_member'

),

judged as (

    select
        *,
        case
            when state_issue is not null then 'UNDETERMINED'
            when is_later then 'NOT_YET'
            when not is_current then 'FAIL'
            when coalesce(status, '') not in ('unsubscribed', 'cleaned', 'archived') then 'OUT_OF_SCOPE'
            when not has_profile then 'PASS'
            when status in ('cleaned', 'archived') or term = 'OVERDUE' then 'FAIL'
            when term = 'UNDETERMINED' then 'UNDETERMINED'
            else 'PASS'
        end as verdict
    from stored

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    verdict,
    term_reason(verdict, coalesce(state_issue, issue)) as reason,
    case when is_current and status = 'unsubscribed' then 'unsubscribed_at' end as trigger_column,
    case when is_current and status = 'unsubscribed' then first_date end as first_trigger,
    case when is_current and status = 'unsubscribed' then last_date end as last_trigger
from judged
