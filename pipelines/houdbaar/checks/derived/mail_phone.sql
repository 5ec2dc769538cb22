-- Whose mail address stands beside a phone number: one row a number and person. A phone alone is no proof of who it is (domain.md 4.2).
-- reads: mail_member, contact, account, order
with

known as (

    select person_of(email, email_md5) as person, phone
    from mail_member
    union all
    select person_of(email, null) as person, phone
    from contact
    union all
    select person_of(email, null) as person, phone
    from account
    union all
    select person_of(email, null) as person, phone
    from "order"

)

select distinct identifier_key('phone', phone) as value, person
from known
where person is not null and identifier_key('phone', phone) is not null
