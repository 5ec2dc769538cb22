-- Every mail address that marketing exports know in plain text: one row an address.
-- reads: mail_member, mail_send | kept: until read
select distinct normalised_email(email) as email, person_of(email, null) as person
from mail_member
where email is not null
union
select distinct normalised_email(email) as email, person_of(email, null) as person
from mail_send
where email is not null
