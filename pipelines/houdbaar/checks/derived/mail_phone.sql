-- Whose mail address stands beside a phone number: one row a number and person. A phone alone is no proof of who it is (domain.md 4.2).
-- reads: mail_member, contact, account, order
with

written as (

    select email, email_md5, phone
    from mail_member
    union all
    select email, null as email_md5, phone
    from contact
    union all
    select email, null as email_md5, phone
    from account
    union all
    select email, null as email_md5, phone
    from "order"

),

known as (

    select distinct identifier_key('phone', phone) as value, person_of(email, email_md5) as person
    from written
    where phone is not null

)

select value, person
from known
where value is not null and person is not null
