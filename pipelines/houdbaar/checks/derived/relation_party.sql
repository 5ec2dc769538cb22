-- What rows of contacts, accounts and devices say of a relation (domain.md 2.6): one row a contract or account and export.
-- state: runs (certainly ongoing), open (no end is given), ended, or NULL. An end that the export can't tell is none.
-- reads: contact, account, device, relation_key, fed_column | binds: as_of | kept: until read
with

contracted as (

    select
        'contact' as entity, contact.source, contact.file, contact.record_key, contact.snapshot_date,
        coalesce('customer:' || contact.customer_id, relation_key.relation) as relation,
        case
            when coalesce(contact.contract_ended_on_issue, '') <> 'DQ-TS-NULL'
                then end_state(contact.contract_ended_on_first_date, contact.contract_ended_on_issue, $as_of)
            when contact.contract_started_on_first_date <= $as_of then 'open'
        end as state,
        contact.contract_ended_on_first_date as end_first_date,
        contact.contract_ended_on_last_date as end_last_date, contact.contract_ended_on_issue as end_issue,
        first_given([
            {
                'first_date': contact.last_contact_at_first_date, 'last_date': contact.last_contact_at_last_date,
                'issue': contact.last_contact_at_issue
            },
            {'first_date': contact.created_at_first_date, 'last_date': contact.created_at_last_date, 'issue': contact.created_at_issue}
        ]) as act
    from contact
    left join relation_key on relation_key.kind = 'contact' and contact.contact_id = relation_key.id

),

registered as (

    select
        'account' as entity, account.source, account.file, account.record_key, account.snapshot_date,
        coalesce('customer:' || account.customer_id, relation_key.relation) as relation,
        case
            when fed_column.column_name is null or account.created_at_first_date > $as_of then null
            when end_state(account.closed_at_first_date, account.closed_at_issue, $as_of) = 'ended' then 'ended'
            else 'open'
        end as state,
        account.closed_at_first_date as end_first_date, account.closed_at_last_date as end_last_date, account.closed_at_issue as end_issue,
        first_given([
            {
                'first_date': account.last_login_at_first_date, 'last_date': account.last_login_at_last_date,
                'issue': account.last_login_at_issue
            },
            {'first_date': account.created_at_first_date, 'last_date': account.created_at_last_date, 'issue': account.created_at_issue}
        ]) as act
    from account
    left join relation_key on relation_key.kind = 'account' and account.account_id = relation_key.id
    left join fed_column on account.source = fed_column.source and fed_column.entity = 'account' and fed_column.column_name = 'closed_at'

),

equipped as (

    select
        'device' as entity, source, file, record_key, snapshot_date,
        'customer:' || customer_id as relation,
        nullif(end_state(contract_ended_on_first_date, contract_ended_on_issue, $as_of), 'open') as state,
        contract_ended_on_first_date as end_first_date, contract_ended_on_last_date as end_last_date, contract_ended_on_issue as end_issue,
        {'first_date': cast(null as date), 'last_date': cast(null as date), 'issue': 'DQ-TS-NULL'} as act
    from device

),

united as (

    select * from contracted
    union all by name
    select * from registered
    union all by name
    select * from equipped

)

select
    entity, source, file, record_key, snapshot_date, relation, state, end_first_date, end_last_date, end_issue,
    act_first(act.first_date, $as_of) as act_first_date,
    act_last(act.first_date, act.last_date, act.issue, $as_of) as act_last_date
from united
