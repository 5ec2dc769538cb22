-- CON-BASIS-QUESTION: marketing sent to an address that was only given to ask a question
-- clause: C-22-2 | grain: month | judges: sends | entity: mail_send | requires: mail_member.signup_source or message
-- reads: send_basis | binds: marketing_question_basis
select
    source,
    file,
    row,
    case
        when not is_of_question or $marketing_question_basis <> 'none' then 'OUT_OF_SCOPE'
        when 'before' in (optin, sale) then 'PASS'
        when has_asked and optin = 'none' then 'OUT_OF_SCOPE' -- CON-SEND-BEFORE-OPTIN's
        when 'perhaps' in (optin, sale) or not is_optin_known then 'UNDETERMINED'
        else 'FAIL'
    end as verdict,
    case
        when 'perhaps' in (optin, sale) then coalesce(issue, 'DQ-TS-PRECISION')
        when not is_optin_known then 'opt-ins not covered'
    end as reason
from send_basis
