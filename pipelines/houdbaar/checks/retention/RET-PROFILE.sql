-- RET-PROFILE: rating or tags of a member, older than the answers that they were made from may become
-- clause: C-21-5 | grain: record | entity: mail_member | reads: mail_member, mail_state, mail_answer, member_coverage
-- requires: mail_activity | needs: status | binds: as_of, last_overdue_date, last_due_date
-- A profile is made of what people do with mailings, and ages with it; of those who can't be mailed any more all of it is residue.
with

profiled as (

    select
        mail_member.source,
        mail_member.file,
        mail_member.row,
        mail_member.record_key,
        mail_state.snapshot_date,
        unnest(coalesce(nullif(
            filled_names([
                {'name': 'rating', 'is_filled': mail_member.rating is not null}, {'name': 'tags', 'is_filled': mail_member.tags is not null}
            ]), []
        ), [null])) as field,
        coalesce(member_coverage.covered_since <= $last_overdue_date + 1, false) as is_covered,
        mail_answer.first_date,
        mail_answer.last_date,
        mail_answer.issue,
        term_verdict(mail_answer.first_date, mail_answer.last_date, $as_of, $last_overdue_date, $last_due_date) as term
    from mail_state
    inner join mail_member
        on mail_state.source = mail_member.source and mail_state.file = mail_member.file and mail_state.row = mail_member.row
    left join member_coverage on mail_state.source = member_coverage.source and mail_state.record_key = member_coverage.record_key
    left join mail_answer on mail_state.source = mail_answer.source and mail_state.record_key = mail_answer.record_key
    where mail_state.is_current and mail_state.status = 'subscribed' and not mail_state.is_incomplete

),

judged as (

    select
        *,
        case
            when field is null then 'OUT_OF_SCOPE'
            when term = 'OVERDUE' and not is_covered then 'UNDETERMINED'
            else term
        end as verdict
    from profiled

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    field,
    verdict,
    case when not is_covered and verdict = 'UNDETERMINED' then 'activity not covered' else term_reason(verdict, issue) end as reason,
    term_confidence(verdict, coalesce(first_date = last_date, false)) as confidence,
    'last_response_at' as trigger_column,
    first_date as first_trigger,
    last_date as last_trigger
from judged
