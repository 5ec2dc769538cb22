-- On what each send can rest (domain.md 1, C-22-1, -2 and -4): one row a send. optin and sale: before (certainly; a sale
-- on the day of the send counts), perhaps, none.
-- is_optin_known: some export or register could have known an opt-in.
-- reads: mail_sent, mail_route, mail_member, register_act
with

witness as (

    select count(*) > 0 as is_optin_known
    from mail_member
    full outer join register_act on false
    where mail_member.row is not null or register_act.act = 'grant'

)

select
    mail_sent.source,
    mail_sent.file,
    mail_sent.row,
    mail_sent.person,
    mail_sent.is_partner_product,
    mail_sent.earliest_at,
    mail_sent.latest_at,
    mail_sent.issue,
    witness.is_optin_known,
    coalesce(mail_route.is_of_question, false) as is_of_question,
    coalesce(mail_route.is_customer, false) as is_customer,
    coalesce(mail_route.is_optout_withheld, false) as is_optout_withheld,
    coalesce(mail_route.has_asked, false) as has_asked,
    mail_route.asked_earliest_at,
    case
        when not coalesce(mail_route.has_asked, false) then 'none'
        when mail_route.asked_latest_at <= mail_sent.earliest_at then 'before'
        when mail_route.has_undated_optin or coalesce(mail_route.asked_earliest_at <= mail_sent.latest_at, true) then 'perhaps'
        else 'none'
    end as optin,
    case
        when mail_route.bought_last_date <= mail_sent.first_date then 'before'
        when mail_route.has_undated_sale or mail_route.bought_first_date <= mail_sent.last_date then 'perhaps'
        when mail_route.bought_first_date is not null and mail_sent.last_date is null then 'perhaps'
        else 'none'
    end as sale
from mail_sent
cross join witness
left join mail_route on mail_sent.person = mail_route.person
