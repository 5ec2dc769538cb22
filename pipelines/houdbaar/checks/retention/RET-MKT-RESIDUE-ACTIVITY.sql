-- RET-MKT-RESIDUE: clicks and opens of people whom nobody may mail any more: lapsed, unsubscribed, cleaned or removed
-- clause: C-32-2 | grain: month | judges: rows | entity: mail_activity
-- reads: mail_activity, mail_state, mail_answer, member_coverage, mail_member, source_setting
-- requires: mail_member | needs: kind | binds: as_of, last_overdue_date, unsub_cleanup_days_cutoff_date
with

membership as (

    select
        mail_state.person,
        coalesce(member_coverage.covered_since <= $last_overdue_date + 1, false) as is_covered,
        case
            when mail_state.is_incomplete or mail_state.is_disputed then 'unknown'
            when not mail_state.is_current or mail_state.status in ('cleaned', 'archived') then 'over'
            when mail_state.status = 'unsubscribed' and mail_member.unsubscribed_at_last_date is null then 'unknown'
            when mail_state.status = 'unsubscribed' and mail_member.unsubscribed_at_last_date > $unsub_cleanup_days_cutoff_date then 'open'
            when mail_state.status = 'unsubscribed' then 'over'
            when mail_state.status <> 'subscribed' or mail_answer.first_date > $last_overdue_date then 'open'
            when not is_covered then 'unsure'
            when least(mail_answer.last_date, $as_of) <= $last_overdue_date then 'over'
            else 'unsure'
        end as state,
        if(is_covered, term_reason('UNDETERMINED', mail_answer.issue), 'activity not covered') as doubt
    from mail_state
    inner join mail_member
        on mail_state.source = mail_member.source and mail_state.file = mail_member.file and mail_state.row = mail_member.row
    left join member_coverage on mail_state.source = member_coverage.source and mail_state.record_key = member_coverage.record_key
    left join mail_answer on mail_state.source = mail_answer.source and mail_state.record_key = mail_answer.record_key

),

-- One open list is purpose enough; whether a list is known whole tells what an absent member means. unsure: of when the term ends.
person_state as (

    select
        person,
        case when bool_or(state = 'open') then 'PASS' when bool_or(state <> 'over') then 'UNDETERMINED' else 'FAIL' end as verdict,
        if(bool_or(state = 'unknown'), null, max(doubt) filter (where state = 'unsure')) as doubt
    from membership
    where person is not null
    group by person

),

audience as (

    select distinct mail_member.list_id
    from mail_member
    inner join source_setting on mail_member.source = source_setting.source and source_setting.is_whole

),

judged as (

    select
        mail_activity.source,
        mail_activity.file,
        mail_activity.row,
        mail_activity.happened_at_first_date as first_trigger,
        mail_activity.happened_at_last_date as last_trigger,
        case
            when mail_activity.happened_at_first_date > $as_of then 'NOT_YET'
            else coalesce(person_state.verdict, case when audience.list_id is not null then 'FAIL' else 'UNDETERMINED' end)
        end as verdict,
        person_state.doubt
    from mail_activity
    left join person_state on person_of(mail_activity.email, mail_activity.email_md5) = person_state.person
    left join audience on mail_activity.list_id = audience.list_id
    where lower(trim(mail_activity.kind)) in ('click', 'open')

)

select
    source, file, row, verdict, case when verdict = 'UNDETERMINED' then coalesce(doubt, 'membership not covered') end as reason,
    first_trigger, last_trigger
from judged
