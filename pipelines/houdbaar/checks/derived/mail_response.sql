-- Acts of a person that answer us (domain.md 2.5): one row an act of mail_sign and person, by its address and by its customer's number.
-- reads: mail_sign, mail_customer | made: view
select person_of(email, email_md5) as person, list_id, happened_at, first_date, last_date, issue, is_counted, counterfactual
from mail_sign
where person_of(email, email_md5) is not null
union all
select
    mail_customer.person, mail_sign.list_id, mail_sign.happened_at, mail_sign.first_date, mail_sign.last_date, mail_sign.issue,
    mail_sign.is_counted, mail_sign.counterfactual
from mail_sign
inner join mail_customer on mail_sign.customer_id = mail_customer.customer_id
