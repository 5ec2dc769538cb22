-- Each account with the relation behind it (domain.md 2.6): one row an account and export.
-- reads: account, relation_key, relation | binds: as_of
select
    account.source,
    account.file,
    account.row,
    account.record_key,
    account.snapshot_date,
    account.created_at_first_date > $as_of as is_future,
    is_made_anonymous(
        account.account_id, coalesce(account.customer_id, account.contact_id, account.email, account.username, account.phone)
    ) as is_anonymous,
    coalesce(relation.is_running, false) as is_running,
    coalesce(relation.is_open, false) as is_open,
    coalesce(relation.is_ended, false) as is_ended,
    relation.doubt,
    relation.ended_first_date,
    relation.ended_last_date,
    relation.ended_issue,
    relation.active_first_date,
    relation.active_last_date
from account
left join relation_key on relation_key.kind = 'account' and account.account_id = relation_key.id
left join relation on coalesce('customer:' || account.customer_id, relation_key.relation) = relation.relation
