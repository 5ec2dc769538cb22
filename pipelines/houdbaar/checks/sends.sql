-- Verdicts on single sends become the lines of a month. Service mail is out of scope, what was sent after the as-of date did not yet exist,
-- a violation by a mail of unknown kind is none for certain, and one about a role mailbox is a step less severe (domain.md 5.2).
-- subjects: who was mailed, by a hash, where that is a violation.
-- reads: send_judgement, mail_sent | binds: as_of
with

settled as (

    select
        send_judgement.rule,
        send_judgement.entity,
        mail_sent.source,
        mail_sent.file,
        mail_sent.row,
        mail_sent.first_date,
        mail_sent.last_date,
        mail_sent.is_role_mailbox,
        mail_sent.person,
        send_judgement.severity,
        send_judgement.lesser_severity,
        send_judgement.action,
        send_judgement.trigger_column,
        send_judgement.first_trigger,
        send_judgement.last_trigger,
        case
            when mail_sent.kind = 'service' then 'OUT_OF_SCOPE'
            when mail_sent.first_date > $as_of then 'NOT_YET'
            when mail_sent.kind is null and send_judgement.verdict = 'FAIL' then 'UNDETERMINED'
            else send_judgement.verdict
        end as verdict,
        case
            when mail_sent.kind is null and send_judgement.verdict = 'FAIL' then 'category unknown'
            else send_judgement.reason
        end as reason
    from send_judgement
    inner join mail_sent
        on send_judgement.source = mail_sent.source and send_judgement.file = mail_sent.file and send_judgement.row = mail_sent.row

),

labelled as (

    select
        rule, entity, source, file, row, person, verdict,
        case
            when verdict = 'FAIL' and is_role_mailbox and severity is null then concat_ws('; ', reason, 'role mailbox')
            when verdict in ('FAIL', 'UNDETERMINED') then reason
        end as reason,
        case when verdict = 'FAIL' then coalesce(severity, case when is_role_mailbox then lesser_severity end) end as severity,
        case when verdict = 'FAIL' then action end as action,
        coalesce(trigger_column, 'sent_at') as trigger_column,
        case when trigger_column is null then first_date else first_trigger end as first_trigger,
        case when trigger_column is null then last_date else last_trigger end as last_trigger,
        case
            when verdict in ('FAIL', 'UNDETERMINED') and date_trunc('month', first_date) = date_trunc('month', last_date)
                then strftime(last_date, '%Y-%m')
        end as month
    from settled

)

select
    rule, entity, source, file, verdict, reason, severity, action, trigger_column, month,
    min(first_trigger) as first_trigger,
    max(last_trigger) as last_trigger,
    count(*) as records,
    list(distinct hash(person)) filter (where verdict = 'FAIL' and person is not null) as subjects,
    case when verdict in ('FAIL', 'UNDETERMINED') then list({'first': row, 'last': row} order by row) end as ranges
from labelled
group by rule, entity, source, file, verdict, reason, severity, action, trigger_column, month
