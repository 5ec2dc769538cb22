-- Relations that an e-mail address shows to be one (domain.md 4.2): one row a relation and another one with the address. The mailbox of a
-- function shows nothing, nor does an address with more than twenty customers' numbers (DQ-ID-SHARED tells of it). is_certain: no address
-- that they share is known with several customers' numbers, which may be those of several people (4.3).
-- reads: contact, account, order, invoice, message, relation_key | kept: until read
with

written as (

    select
        contact.email, coalesce('customer:' || contact.customer_id, relation_key.relation) as relation
    from contact
    left join relation_key on relation_key.kind = 'contact' and contact.contact_id = relation_key.id
    union all
    select
        account.email, coalesce('customer:' || account.customer_id, relation_key.relation) as relation
    from account
    left join relation_key on relation_key.kind = 'account' and account.account_id = relation_key.id
    union all
    select email, 'customer:' || customer_id as relation
    from "order"
    union all
    select email, 'customer:' || customer_id as relation
    from invoice
    union all
    select
        message.email,
        coalesce('customer:' || message.customer_id, relation_key.relation, 'contact:' || message.contact_id) as relation
    from message
    left join relation_key on relation_key.kind = 'contact' and message.contact_id = relation_key.id

),

known as (

    select distinct relation, address_relation(email) as address
    from written
    where email is not null

),

addressed as (

    select coalesce(relation, address) as relation, address
    from known
    where address is not null

),

numbered as (

    select address, count(*) filter (where starts_with(relation, 'customer:')) as customers
    from addressed
    group by address

),

own as (

    select addressed.relation, addressed.address, numbered.customers <= 1 as is_certain
    from addressed
    inner join numbered on addressed.address = numbered.address
    where numbered.customers <= 20

)

select one.relation, other.relation as other, bool_and(one.is_certain) as is_certain
from own as one
inner join own as other on one.address = other.address and one.relation <> other.relation
group by one.relation, other.relation
