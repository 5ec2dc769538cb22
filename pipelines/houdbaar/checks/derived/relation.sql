-- The relation with each customer, contact or account at the as-of date (domain.md 2.6): one row a relation.
-- is_running: an ongoing contract, open order, unpaid invoice, open ticket or recent use; is_open: an account or contract without an end;
-- is_ended: an end is known. ended_…: the last end, earliest and latest reading; active_…: the last sign of life; written_…: last message.
-- doubt: why it can't be told that nothing runs. is_customer: there is more than a contact and messages.
-- Signs of relations that an e-mail address shows to be the same count for each of them; where that is not certain, they leave a doubt.
-- reads: relation_sign, relation_link | kept: until read
with

sign as (

    select * from relation_sign
    union all by name
    select relation_sign.* replace (relation_link.relation as relation)
    from relation_sign
    inner join relation_link on relation_sign.relation = relation_link.other and relation_link.is_certain
    union all by name
    select relation_link.relation, relation_sign.entity, 'doubt' as state, 'address of several customers' as reason
    from relation_sign
    inner join relation_link on relation_sign.relation = relation_link.other and not relation_link.is_certain
    where relation_sign.state in ('runs', 'open', 'doubt')

)

select
    relation,
    coalesce(bool_or(state = 'runs'), false) as is_running,
    coalesce(bool_or(state = 'open'), false) as is_open,
    coalesce(bool_or(state = 'ended'), false) as is_ended,
    bool_or(entity in ('account', 'order', 'invoice', 'device', 'service_event')) as is_customer,
    max(coalesce(reason, 'DQ-TS-PRECISION')) filter (where state = 'doubt') as doubt,
    max(end_first_date) as ended_first_date,
    max(end_last_date) as ended_last_date,
    max(end_issue) filter (where end_first_date is null and end_last_date is not null) as ended_issue,
    max(act_first_date) as active_first_date,
    max(act_last_date) as active_last_date,
    max(act_first_date) filter (where entity = 'message') as written_first_date,
    max(act_last_date) filter (where entity = 'message') as written_last_date
from sign
group by relation
