-- CON-BASIS-NOSALE: marketing sent as to an existing customer, without a sale or contract before it or an opt-out offered with it
-- clause: C-22-4 | grain: month | judges: sends | entity: mail_send | requires: order or contact or invoice
-- reads: send_basis
select
    source,
    file,
    row,
    case
        -- Who asked for mail, if later, is CON-SEND-BEFORE-OPTIN's.
        when has_asked or is_of_question or not is_customer then 'OUT_OF_SCOPE'
        when sale = 'before' and not is_optout_withheld then 'PASS'
        when (sale = 'perhaps' and not is_optout_withheld) or not is_optin_known then 'UNDETERMINED'
        else 'FAIL'
    end as verdict,
    case
        when sale = 'perhaps' and not is_optout_withheld then coalesce(issue, 'DQ-TS-PRECISION')
        when not is_optin_known then 'opt-ins not covered'
        when is_optout_withheld then 'no opt-out was offered'
    end as reason
from send_basis
