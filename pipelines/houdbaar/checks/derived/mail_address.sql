-- Every mail address that marketing exports know in plain text: one row an address.
-- reads: mail_member, mail_send | kept: until read
with

written as (

    select email
    from mail_member
    union
    select email
    from mail_send

)

select distinct normalised_email(email) as email, person_of(email, null) as person
from written
where email is not null
