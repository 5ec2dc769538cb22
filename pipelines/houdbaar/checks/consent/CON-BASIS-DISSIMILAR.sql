-- CON-BASIS-DISSIMILAR: a partner's products promoted to an existing customer who didn't ask for mail
-- clause: C-22-4 | grain: month | judges: sends | entity: mail_send | requires: mail_campaign.is_partner_product
-- reads: send_basis
select
    source,
    file,
    row,
    case
        when optin = 'before' or is_of_question or not is_customer then 'OUT_OF_SCOPE'
        when not is_partner_product then 'PASS'
        when is_partner_product is null or optin = 'perhaps' or not is_optin_known then 'UNDETERMINED'
        else 'FAIL'
    end as verdict,
    case
        when is_partner_product is null then 'campaign unknown'
        when optin = 'perhaps' then coalesce(issue, 'DQ-TS-PRECISION')
        when not is_optin_known then 'opt-ins not covered'
    end as reason
from send_basis
