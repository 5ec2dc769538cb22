-- Relations that an e-mail address shows to be one (domain.md 4.2): one row a relation and another one with the address.
-- An address that an export knows in several relations is shared, and links nothing (4.3); neither does the mailbox of a function.
-- reads: contact, account, order, invoice, message, relation_key | kept: until read
with

written as (

    select
        'contact' as entity, contact.source, contact.email, coalesce('customer:' || contact.customer_id, relation_key.relation) as relation
    from contact
    left join relation_key on relation_key.kind = 'contact' and contact.contact_id = relation_key.id
    union all
    select
        'account' as entity, account.source, account.email, coalesce('customer:' || account.customer_id, relation_key.relation) as relation
    from account
    left join relation_key on relation_key.kind = 'account' and account.account_id = relation_key.id
    union all
    select 'order' as entity, source, email, 'customer:' || customer_id as relation
    from "order"
    union all
    select 'invoice' as entity, source, email, 'customer:' || customer_id as relation
    from invoice
    union all
    select
        'message' as entity, message.source, message.email,
        coalesce('customer:' || message.customer_id, relation_key.relation, 'contact:' || message.contact_id) as relation
    from message
    left join relation_key on relation_key.kind = 'contact' and message.contact_id = relation_key.id

),

known as (

    select distinct entity, source, relation, address_relation(email) as address
    from written
    where email is not null

),

shared as (

    select address
    from known
    where address is not null
    group by address, entity, source
    having count(distinct relation) > 1

),

addressed as (

    select distinct coalesce(relation, address) as relation, address
    from known
    where address is not null and address not in (select shared.address from shared)

)

select distinct one.relation, other.relation as other
from addressed as one
inner join addressed as other on one.address = other.address and one.relation <> other.relation
