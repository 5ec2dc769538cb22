-- RET-MKT-12: address still mailable more than 12 months after the person's last response
-- clause: C-52-4 | grain: record | entity: mail_member | reads: mail_state, mail_response, activity_coverage | needs: status
-- binds: as_of, last_overdue_date, last_due_date, marketing_response_scope
with

-- Every list the person is on (or, by knob, only the member's own): a response on any of them counts, and all of them must be covered.
person_list as (

    select distinct member.source, member.record_key, member.person, fellow.list_id
    from mail_state as member
    inner join mail_state as fellow
        on
            member.person = fellow.person
            and ($marketing_response_scope = 'person' or member.list_id = fellow.list_id)

),

covered as (

    select person_list.source, person_list.record_key, bool_and(activity_coverage.list_id is not null) as is_covered
    from person_list
    left join activity_coverage
        on
            person_list.list_id = activity_coverage.list_id
            and activity_coverage.covers_from <= $last_overdue_date + 1
            and activity_coverage.covers_to >= $as_of
    group by person_list.source, person_list.record_key

),

-- An act counts if it can have happened by the as-of date; one without a usable date may have happened on that very day.
response as (

    select
        person,
        list_id,
        is_counted,
        counterfactual,
        issue,
        first_date,
        least(coalesce(last_date, $as_of), $as_of) as last_date
    from mail_response
    where first_date is null or first_date <= $as_of

),

answered as (

    select
        mail_state.source,
        mail_state.record_key,
        max(response.first_date) filter (where response.is_counted) as first_date,
        max(response.last_date) filter (where response.is_counted) as last_date,
        arg_max(response.issue, response.last_date) filter (where response.is_counted and response.issue is not null) as issue,
        arg_max(response.counterfactual, response.first_date) filter (where not response.is_counted and response.first_date > $last_overdue_date) as counterfactual
    from mail_state
    inner join response
        on
            mail_state.person = response.person
            and ($marketing_response_scope = 'person' or response.list_id is null or mail_state.list_id = response.list_id)
    group by mail_state.source, mail_state.record_key

),

judged as (

    select
        mail_state.source,
        mail_state.file,
        mail_state.record_key,
        mail_state.snapshot_date,
        mail_state.is_current and mail_state.status = 'subscribed' as is_mailable,
        mail_state.is_status_disputed,
        coalesce(covered.is_covered, false) as is_covered,
        answered.first_date,
        answered.last_date,
        coalesce(answered.issue, mail_state.opt_in_issue, 'DQ-TS-NULL') as issue,
        answered.counterfactual,
        term_verdict(coalesce(answered.first_date, case when answered.last_date is not null then date '0001-01-01' end), answered.last_date, $as_of, $last_overdue_date, $last_due_date) as term
    from mail_state
    left join covered on mail_state.source = covered.source and mail_state.record_key = covered.record_key
    left join answered on mail_state.source = answered.source and mail_state.record_key = answered.record_key

),

decided as (

    select
        source,
        file,
        record_key,
        snapshot_date,
        first_date,
        last_date,
        counterfactual,
        case
            when is_status_disputed then 'UNDETERMINED'
            when not coalesce(is_mailable, false) then 'OUT_OF_SCOPE'
            when term in ('OVERDUE', 'UNDETERMINED') and not is_covered then 'UNDETERMINED'
            else term
        end as verdict,
        case
            when is_status_disputed then 'snapshot order unknown'
            when not is_covered then 'activity not covered'
            else issue
        end as issue
    from judged

)

select
    source,
    file,
    record_key,
    snapshot_date,
    verdict,
    case
        when verdict = 'OVERDUE' then 'counterfactual: ' || counterfactual
        else term_reason(verdict, issue)
    end as reason,
    term_confidence(verdict, first_date, case when first_date <> last_date then 'DQ-TS-PRECISION' end) as confidence,
    case when verdict = 'OVERDUE' and counterfactual is not null then 'medium' end as severity,
    'last_response_at' as trigger_column,
    first_date as first_trigger,
    last_date as last_trigger
from decided
