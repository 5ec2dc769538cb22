-- CON-SEND-UNSUB: marketing sent after the person opted out
-- clause: C-22-5 | grain: month | judges: sends | entity: mail_send | requires: mail_member or mail_activity or suppression
-- reads: mail_sent, send_after_optout, mail_optout, mail_member | binds: coverage_grace_days
with

-- An export can know that somebody did not opt out, up to the day on which it was made.
known as (

    select
        person_of(email, email_md5) as person,
        max(coalesce(snapshot_date, date '9999-12-31')) + max($coverage_grace_days) as known_until
    from mail_member
    where status is not null or coalesce(unsubscribed_at_issue, cast(unsubscribed_at_first_date as varchar)) is not null
    group by person_of(email, email_md5)

),

heard as (

    select count(*) > 0 as is_heard
    from known
    full outer join mail_optout on known.person = mail_optout.person
    where known.known_until is not null or mail_optout.origin in ('unsubscribed', 'suppressed')

),

finding as (

    select source, file, row, arg_min(finding, verdict_rank(finding)) as finding, arg_min(reason, verdict_rank(finding)) as reason
    from send_after_optout
    where origin in ('unsubscribed', 'suppressed')
    group by source, file, row

)

select
    mail_sent.source,
    mail_sent.file,
    mail_sent.row,
    'suppress' as action,
    case
        when finding.finding in ('FAIL', 'UNDETERMINED') then finding.finding
        when coalesce(mail_sent.last_date <= known.known_until, false) or finding.finding = 'PASS' then 'PASS'
        when mail_sent.last_date is null and known.person is not null then 'PASS'
        else 'UNDETERMINED'
    end as verdict,
    case when coalesce(finding.finding, 'PASS') = 'PASS' then 'opt-outs not covered' else finding.reason end as reason
from mail_sent
cross join heard
left join finding on mail_sent.source = finding.source and mail_sent.file = finding.file and mail_sent.row = finding.row
left join known on mail_sent.person = known.person
where heard.is_heard
