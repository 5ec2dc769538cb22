-- Whose mail address goes with a customer's number by the mailing lists: one row a number and person.
-- reads: mail_member
select distinct customer_id, person_of(email, email_md5) as person
from mail_member
where customer_id is not null and person_of(email, email_md5) is not null
