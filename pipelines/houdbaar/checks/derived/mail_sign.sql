-- Acts that answer us (domain.md 2.5), by what stands with them of who did it: one row an act, with the knob under which a weaker sign
-- would count. One with a future stamp is dropped; one with another unusable stamp has no dates. An opt-in that never was only says why.
-- reads: mail_act, mail_member, order, message, service_login | binds: marketing_opens, marketing_purchase_counts, marketing_login_counts
-- made: view
with

-- The address was given by its owner at the opt-in; an import or a staff edit is no act of the person.
opt_in as (

    select
        email, email_md5, list_id, unnest([
            {'at': opted_in_at, 'first_date': opted_in_at_first_date, 'last_date': opted_in_at_last_date, 'issue': opted_in_at_issue},
            {'at': confirmed_at, 'first_date': confirmed_at_first_date, 'last_date': confirmed_at_last_date, 'issue': confirmed_at_issue}
        ]) as act
    from mail_member
    where coalesce(lower(trim(signup_source)), '') not in ('import', 'staff')

),

other_act as (

    select
        email, customer_id, ordered_at as happened_at,
        ordered_at_first_date as first_date, ordered_at_last_date as last_date, ordered_at_issue as issue,
        campaign_id is not null or $marketing_purchase_counts = 'always' as is_counted,
        case when campaign_id is null then 'purchase (marketing.purchase_counts=always)' end as counterfactual
    from "order"
    union all
    select
        email, customer_id, created_at as happened_at,
        created_at_first_date as first_date, created_at_last_date as last_date, created_at_issue as issue,
        true as is_counted, null as counterfactual
    from message
    union all
    select
        email, customer_id, happened_at, first_date, last_date, issue,
        $marketing_login_counts as is_counted, 'login (marketing.login_counts=true)' as counterfactual
    from service_login

)

select
    email, email_md5, null as customer_id, list_id, happened_at, first_date, last_date, issue,
    opened_by is null or $marketing_opens = 'all' or ($marketing_opens = 'verified_human' and opened_by = 'human') as is_counted,
    case when opened_by = 'human' then 'open (marketing.opens=verified_human)' end as counterfactual
from mail_act
union all
-- An empty opt-in or login says that there was none; an empty time on a click says that there was one, some day. Of an opt-in that an
-- export doesn't have, the day on which the address was there at the latest may be known.
select
    email, email_md5, null as customer_id, list_id, act.at as happened_at, act.first_date, act.last_date, act.issue,
    coalesce(act.issue, '') not in ('DQ-TS-SENTINEL', 'DQ-TS-FUTURE') as is_counted, null as counterfactual
from opt_in
where coalesce(act.issue, '') <> 'DQ-TS-NULL' or act.last_date is not null
union all
select
    email, null as email_md5, customer_id, null as list_id, happened_at, first_date, last_date, issue, is_counted, counterfactual
from other_act
where coalesce(issue, '') <> 'DQ-TS-FUTURE'
