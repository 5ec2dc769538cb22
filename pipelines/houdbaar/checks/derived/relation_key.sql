-- The relation that a contact or an account belongs to: the customer's, else the contact's own, else the account's own.
-- Keys are compared as the contracts give them; that two of them are one person's an e-mail address tells (relation_link).
-- reads: contact, account | kept: until read
with

known_contact as (

    select contact_id, max(customer_id) as customer_id
    from contact
    where contact_id is not null
    group by contact_id

),

known_account as (

    select account_id, max(customer_id) as customer_id, max(contact_id) as contact_id
    from account
    where account_id is not null
    group by account_id

)

select
    'contact' as kind,
    contact_id as id,
    coalesce('customer:' || customer_id, 'contact:' || contact_id) as relation
from known_contact
union all
select
    'account' as kind,
    known_account.account_id as id,
    coalesce(
        'customer:' || known_account.customer_id,
        'customer:' || known_contact.customer_id,
        'contact:' || known_account.contact_id,
        'account:' || known_account.account_id
    ) as relation
from known_account
left join known_contact on known_account.contact_id = known_contact.contact_id
