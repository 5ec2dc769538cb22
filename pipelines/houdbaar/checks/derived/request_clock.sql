-- Requests that must be answered within a time, on a day: when the person waited until, at the least and at the most, and when it was due.
-- Marketing objections and withdrawals have no month to react (domain.md 3.3): what is sent after them is a violation at once.
-- One that has an outcome, or a state that says so, was answered at some time, by its closing day if there is one. One that was closed
-- without any answer was not answered: the person waits on. An answer from before the receipt was given on some other day.
-- reads: request, request_deadline | binds: as_of
with

ordered as (

    select
        * replace (
            if(is_answer_early, null, answered_at_first_date) as answered_at_first_date,
            if(is_answer_early, null, answered_at_last_date) as answered_at_last_date,
            if(is_answer_early, 'DQ-TS-ORDER', answered_at_issue) as answered_at_issue
        )
    from (select *, coalesce(answered_at_last_date < received_at_first_date, false) as is_answer_early from request) as told

),

stamped as (

    select
        *,
        answered_at_first_date is null and (
            answered_at_issue <> 'DQ-TS-NULL' or outcome is not null
            or coalesce(lower(trim(state)), '') in ('answered', 'executed', 'proven', 'refused', 'forwarded')
        ) as is_answer_undated,
        coalesce(lower(trim("right")), '') not in ('marketing_objection', 'withdrawal')
        and coalesce(lower(trim(state)), '') <> 'withdrawn' and coalesce(lower(trim(outcome)), '') <> 'withdrawn' as is_in_scope
    from ordered

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
    coalesce(
        coalesce(stamped.answered_at_first_date, case when stamped.is_answer_undated then stamped.closed_at_last_date end) <= $as_of, false
    ) as is_answered,
    -- Until when the person waited.
    case
        when stamped.is_answer_undated then stamped.received_at_first_date
        else least(coalesce(stamped.answered_at_first_date, $as_of), $as_of)
    end as waited_first_date,
    least(
        coalesce(stamped.answered_at_last_date, case when stamped.is_answer_undated then stamped.closed_at_last_date end, $as_of), $as_of
    ) as waited_last_date,
    deadline.earliest_due_date,
    deadline.latest_due_date,
    deadline.earliest_warn_date,
    deadline.latest_warn_date,
    coalesce(deadline.is_paused, false) as is_paused
from stamped
left join request_deadline as deadline
    on stamped.source = deadline.source and stamped.file = deadline.file and stamped.row = deadline.row
