-- CON-RESUBSCRIBED: address that opted out and was switched on again without an act of the person
-- clause: C-22-5 | grain: record | entity: mail_member | needs: status, unsubscribed_at
-- reads: mail_state, member_optout
with

found as (

    select
        source, file, row,
        arg_min(finding, verdict_rank(finding)) as finding,
        min(reason) filter (where finding = 'UNDETERMINED') as reason,
        min(first_date) as first_date,
        max(last_date) as last_date
    from member_optout
    where is_switched
    group by source, file, row

)

select
    mail_state.source,
    mail_state.file,
    mail_state.row,
    mail_state.record_key,
    mail_state.snapshot_date,
    case
        when state_issue(mail_state.is_incomplete, mail_state.is_disputed) is not null then 'UNDETERMINED'
        when mail_state.is_current and mail_state.status = 'subscribed' then coalesce(found.finding, 'PASS')
        else 'OUT_OF_SCOPE'
    end as verdict,
    coalesce(
        state_issue(mail_state.is_incomplete, mail_state.is_disputed), case when found.finding = 'UNDETERMINED' then found.reason end
    ) as reason,
    'suppress' as action,
    'unsubscribed_at' as trigger_column,
    found.first_date as first_trigger,
    found.last_date as last_trigger
from mail_state
left join found on mail_state.source = found.source and mail_state.file = found.file and mail_state.row = found.row
