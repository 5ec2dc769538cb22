-- The lines with their severity: that of the rule, moved by what domain.md 5.2 names. A member of a list that is nobody's own mailbox makes
-- it a step less severe, many people make it one more, and the reason says so; where the check itself gives a severity it has weighed the
-- mailbox already.
-- reads: finding_line, rule, bulk, mail_member
with

found as (

    select distinct source, record_key
    from finding_line
    where entity = 'mail_member' and verdict in ('OVERDUE', 'FAIL')

),

-- A mailbox beside which a name stands is a person's (domain.md 3.5).
role_mailbox as (

    select member.source, member.record_key
    from mail_member as member
    inner join found on member.source = found.source and member.record_key = found.record_key
    group by member.source, member.record_key
    having bool_and(is_role_mailbox(member.email) and coalesce(member.first_name, member.last_name) is null)

),

marked as (

    select
        line.*,
        rule.severity as rule_severity,
        rule.undetermined_severity,
        rule.is_assumed,
        role_mailbox.record_key is not null and line.severity is null and line.verdict in ('OVERDUE', 'FAIL') as is_lowered,
        bulk.code is not null and not rule.is_assumed and line.verdict in ('OVERDUE', 'FAIL') as is_bulk
    from finding_line as line
    inner join rule on line.rule = rule.rule
    left join role_mailbox
        on line.source = role_mailbox.source and line.record_key = role_mailbox.record_key and line.entity = 'mail_member'
    left join bulk on rule.code = bulk.code and line.source = bulk.source and line.entity = bulk.entity

),

single as (

    select
        * exclude (severity),
        coalesce(severity, case when is_lowered then lowered(rule_severity) else rule_severity end) as severity
    from marked

),

many as (

    select
        * exclude (is_bulk),
        is_bulk and severity <> 'critical' as is_raised
    from single

)

select
    rule, clause, source, entity, file, record_key, is_key_hashed, overdue_month, field, verdict, confidence, action, blocked_by,
    trigger_column, records, first_trigger, last_trigger, oldest_trigger, last_permitted_day, days_overdue, ranges,
    nullif(
        concat_ws(
            '; ', reason,
            case when is_lowered then 'role mailbox' end,
            case when is_raised then 'many people (severity.bulk)' end
        ), ''
    ) as reason,
    case
        when verdict = 'HELD' then 'info'
        when verdict = 'UNDETERMINED' then undetermined_severity
        when is_raised then raised(severity)
        else severity
    end as severity
from many
