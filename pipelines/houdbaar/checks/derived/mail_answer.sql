-- The newest answer of each member of a list who answered: over all lists of the person or, by knob, the member's own.
-- One row a source and record key. first_date and last_date: the newest answer's earliest and latest reading; with none by the as-of date,
-- those of the newest sale, which gave us the address (domain.md 2.5), else the first answer to come. issue: why that is no exact date.
-- counterfactual: a newer sign that a knob would make an answer.
-- reads: mail_state, mail_response_kind, mail_sale | binds: as_of | kept: until read
with

member as (

    select distinct source, record_key, person, list_id
    from mail_state

),

answered as (

    select
        member.source,
        member.record_key,
        max(response.first_date) filter (where response.is_answer) as first_date,
        max(response.last_date) filter (where response.is_answer) as last_date,
        min(response.oldest_date) filter (where response.is_to_come) as next_date,
        min(response.issue) filter (where response.is_answer and response.is_undated) as unread_issue,
        first(response.issue order by response.last_date desc, response.issue asc)
        filter (where response.is_answer and response.issue is not null) as newest_issue,
        min(response.issue) filter (where response.is_missing) as missing_issue,
        max(response.first_date) filter (where response.is_sign) as counterfactual_date,
        first(response.counterfactual order by response.first_date desc, response.counterfactual desc)
        filter (where response.is_sign) as counterfactual
    from member
    inner join mail_response_kind as response
        on member.person = response.person and (response.scope is null or member.list_id = response.scope)
    group by member.source, member.record_key

),

-- A sale without a usable date may have been made on the as-of date itself.
bought as (

    select
        person,
        max(first_date) as first_date,
        max(least(coalesce(last_date, $as_of), $as_of)) as last_date,
        min(issue) as issue
    from mail_sale
    where coalesce(first_date <= $as_of, true)
    group by person

)

select
    member.source,
    member.record_key,
    if(answered.last_date is null, coalesce(bought.first_date, answered.next_date), answered.first_date) as first_date,
    coalesce(answered.last_date, bought.last_date, answered.next_date) as last_date,
    coalesce(
        answered.unread_issue, answered.newest_issue, if(answered.last_date is null, bought.issue, null), answered.missing_issue
    ) as issue,
    answered.counterfactual_date,
    answered.counterfactual
from member
left join answered on member.source = answered.source and member.record_key = answered.record_key
left join bought on member.person = bought.person
where answered.record_key is not null or bought.person is not null
