-- Use of the service by account (domain.md 2.6): one row a relation. state: runs (used within relationship.active_months), doubt, or NULL.
-- reads: service_event, relation_key | binds: as_of, relationship_active_months_cutoff_date
with

used as (

    select
        account_id,
        max(act_first(happened_at_first_date, $as_of)) as first_date,
        max(act_last(happened_at_first_date, happened_at_last_date, happened_at_issue, $as_of)) as last_date,
        arg_max(happened_at_issue, act_last(happened_at_first_date, happened_at_last_date, happened_at_issue, $as_of)) as issue
    from service_event
    where account_id is not null
    group by account_id

)

select
    coalesce(relation_key.relation, 'account:' || used.account_id) as relation,
    case
        when used.first_date > $relationship_active_months_cutoff_date then 'runs'
        when used.last_date > $relationship_active_months_cutoff_date then 'doubt'
    end as state,
    used.first_date as act_first_date,
    used.last_date as act_last_date,
    used.issue
from used
left join relation_key on relation_key.kind = 'account' and used.account_id = relation_key.id
