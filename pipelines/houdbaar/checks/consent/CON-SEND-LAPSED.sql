-- CON-SEND-LAPSED: marketing sent more than 12 months after the person's last response before it
-- clause: C-52-4 | grain: month | judges: sends | entity: mail_send | requires: mail_member or mail_activity or order or message
-- reads: mail_sent, send_answer, send_coverage, mail_optin, term_day | binds: boundary
with

first_asked as (

    select person, min(earliest_at) as earliest_at
    from mail_optin
    group by person

),

-- Sent past the limit of an answer? By the strict reading its last day itself is past it.
measured as (

    select
        mail_sent.source, mail_sent.file, mail_sent.row, mail_sent.first_date as sent_date, mail_sent.last_date as last_sent_date,
        mail_sent.issue as sent_issue, send_answer.issue, send_answer.first_date, send_answer.last_date,
        mail_sent.latest_at < first_asked.earliest_at as is_before_all,
        mail_sent.last_date <= oldest.last_permitted_day - if($boundary = 'exclusive', 1, 0) as is_in_time,
        mail_sent.first_date > newest.last_permitted_day - if($boundary = 'exclusive', 1, 0) as is_late,
        mail_sent.first_date > silent.last_permitted_day - if($boundary = 'exclusive', 1, 0) as is_covered,
        case when mail_sent.last_date <= sign.last_permitted_day - if($boundary = 'exclusive', 1, 0) then send_answer.counterfactual end
            as counterfactual
    from mail_sent
    left join send_answer
        on mail_sent.source = send_answer.source and mail_sent.file = send_answer.file and mail_sent.row = send_answer.row
    left join send_coverage
        on mail_sent.source = send_coverage.source and mail_sent.file = send_coverage.file and mail_sent.row = send_coverage.row
    left join first_asked on mail_sent.person = first_asked.person
    left join term_day as oldest on send_answer.first_date = oldest.trigger_date
    left join term_day as newest on send_answer.last_date = newest.trigger_date
    left join term_day as silent on send_coverage.covered_since - 1 = silent.trigger_date
    left join term_day as sign on send_answer.counterfactual_date = sign.trigger_date

),

judged as (

    select
        *,
        case
            when is_in_time then 'PASS'
            -- Nobody had asked for mail yet: that is another finding's, and there was no term that could lapse.
            when last_date is null and is_before_all then 'OUT_OF_SCOPE'
            when is_late and is_covered then 'FAIL'
            else 'UNDETERMINED'
        end as verdict
    from measured

)

select
    source, file, row, verdict,
    case
        when verdict = 'FAIL' then 'counterfactual: ' || counterfactual
        when sent_date is null then coalesce(sent_issue, 'DQ-TS-NULL')
        when not coalesce(is_covered, false) then 'activity not covered'
        when last_date is not null and coalesce(first_date <> last_date, true) then coalesce(issue, 'DQ-TS-PRECISION')
        else coalesce(sent_issue, 'DQ-TS-NULL')
    end as reason,
    case when verdict = 'FAIL' and counterfactual is not null then 'medium' end as severity,
    'archive' as action, 'last_response_at' as trigger_column, first_date as first_trigger, last_date as last_trigger
from judged
