-- Requests that must be answered within a time, on a day: when the person waited until, at the least and at the most, and when it was due.
-- Marketing objections and withdrawals have no month to react (domain.md 3.3): what is sent after them is a violation at once.
-- A request that was closed was answered by then, if at all; one that is said to be answered without a date was so at some time.
-- reads: request, request_deadline | binds: as_of
with

stamped as (

    select
        *,
        coalesce(answered_at_first_date, closed_at_first_date) as answered_first_date,
        coalesce(answered_at_last_date, closed_at_last_date) as answered_last_date,
        answered_at_first_date is null and closed_at_first_date is null and (
            answered_at_issue <> 'DQ-TS-NULL' or closed_at_issue <> 'DQ-TS-NULL'
            or coalesce(lower(trim(state)), '') in ('answered', 'executed', 'proven', 'refused', 'forwarded', 'closed')
        ) as is_answer_undated,
        coalesce(lower(trim("right")), '') not in ('marketing_objection', 'withdrawal')
        and coalesce(lower(trim(state)), '') <> 'withdrawn' and coalesce(lower(trim(outcome)), '') <> 'withdrawn' as is_in_scope
    from request

)

select
    stamped.source,
    stamped.file,
    stamped.row,
    stamped.record_key,
    stamped.snapshot_date,
    stamped.received_at_first_date,
    stamped.received_at_last_date,
    stamped.received_at_issue,
    stamped.is_in_scope,
    stamped.is_answer_undated,
    coalesce(stamped.answered_first_date <= $as_of, false) as is_answered,
    -- Until when the person waited.
    case
        when stamped.is_answer_undated then stamped.received_at_first_date
        else least(coalesce(stamped.answered_first_date, $as_of), $as_of)
    end as waited_first_date,
    least(coalesce(stamped.answered_last_date, $as_of), $as_of) as waited_last_date,
    deadline.earliest_due_date,
    deadline.latest_due_date,
    deadline.earliest_warn_date,
    deadline.latest_warn_date,
    coalesce(deadline.is_paused, false) as is_paused
from stamped
left join request_deadline as deadline
    on stamped.source = deadline.source and stamped.file = deadline.file and stamped.row = deadline.row
