-- Acts of a person that answer us (domain.md 2.5): one row an act, with the knob under which a weaker sign would count.
-- An act with a future stamp is dropped; one with another unusable stamp has no dates.
-- reads: mail_activity, mail_send, mail_member, order, message, account | binds: marketing_opens, marketing_purchase_counts, marketing_login_counts, marketing_bot_click_seconds
with

activity as (

    select
        source,
        list_id,
        campaign_id,
        person_of(email, email_md5) as person,
        lower(kind) as kind,
        url,
        happened_at,
        happened_at_first_date as first_date,
        happened_at_last_date as last_date,
        happened_at_issue as issue,
        coalesce(is_machine_open, true) as is_machine_open,
        coalesce(is_bot, false) as is_bot
    from mail_activity

),

delivery as (

    select campaign_id, person_of(email, email_md5) as person, min(coalesce(delivered_at, sent_at)) as delivered_at
    from mail_send
    group by campaign_id, person_of(email, email_md5)

),

-- A scanner opens every link of a mail within seconds of its delivery; a person does not.
campaign_link as (

    select campaign_id, count(distinct coalesce(url, '')) as links
    from activity
    where kind = 'click'
    group by campaign_id

),

scan as (

    select activity.campaign_id, activity.person, max(delivery.delivered_at) as delivered_at
    from activity
    inner join delivery on activity.campaign_id = delivery.campaign_id and activity.person = delivery.person
    inner join campaign_link on activity.campaign_id = campaign_link.campaign_id
    where
        activity.kind = 'click'
        and activity.happened_at between delivery.delivered_at and delivery.delivered_at + to_seconds($marketing_bot_click_seconds)
    group by activity.campaign_id, activity.person
    having count(distinct coalesce(activity.url, '')) = max(campaign_link.links)

),

mail_act as (

    select
        activity.person,
        activity.list_id,
        activity.kind,
        activity.first_date,
        activity.last_date,
        activity.issue,
        case
            when activity.kind = 'open' then $marketing_opens = 'all' or ($marketing_opens = 'verified_human' and not activity.is_machine_open)
            else true
        end as is_counted,
        case when activity.kind = 'open' and not activity.is_machine_open then 'open (marketing.opens=verified_human)' end as counterfactual
    from activity
    left join scan on activity.campaign_id = scan.campaign_id and activity.person = scan.person
    where
        activity.kind in ('open', 'click', 'reply', 'form', 'survey', 'opt_in', 'confirm', 'preference', 'order')
        and not (
            activity.kind = 'click'
            and (
                activity.is_bot
                or coalesce(activity.happened_at between scan.delivered_at and scan.delivered_at + to_seconds($marketing_bot_click_seconds), false)
            )
        )

),

-- The address was given by its owner at the opt-in; an import or a staff edit is no act of the person.
opt_in as (

    select
        person_of(email, email_md5) as person,
        list_id,
        unnest([
            {'kind': 'opt_in', 'first_date': opted_in_at_first_date, 'last_date': opted_in_at_last_date, 'issue': opted_in_at_issue},
            {'kind': 'confirm', 'first_date': confirmed_at_first_date, 'last_date': confirmed_at_last_date, 'issue': confirmed_at_issue}
        ]) as act
    from mail_member
    where coalesce(lower(signup_source), '') not in ('import', 'staff')

),

customer as (

    select distinct customer_id, person_of(email, email_md5) as person
    from mail_member
    where customer_id is not null

),

other_act as (

    select person_of(email, null) as person, customer_id, 'order' as kind, ordered_at_first_date as first_date, ordered_at_last_date as last_date,
        ordered_at_issue as issue, campaign_id is not null or $marketing_purchase_counts = 'always' as is_counted,
        case when campaign_id is null then 'purchase (marketing.purchase_counts=always)' end as counterfactual
    from "order"
    union all
    select person_of(email, null) as person, customer_id, 'message' as kind, created_at_first_date as first_date, created_at_last_date as last_date,
        created_at_issue as issue, true as is_counted, null as counterfactual
    from message
    union all
    select person_of(email, null) as person, customer_id, 'login' as kind, last_login_at_first_date as first_date, last_login_at_last_date as last_date,
        last_login_at_issue as issue, $marketing_login_counts as is_counted, 'login (marketing.login_counts=true)' as counterfactual
    from account

),

act as (

    select person, list_id, kind, first_date, last_date, issue, is_counted, counterfactual from mail_act
    union all
    select person, list_id, act.kind, act.first_date, act.last_date, act.issue, true as is_counted, null as counterfactual from opt_in
    union all
    select
        coalesce(other_act.person, customer.person) as person, null as list_id, other_act.kind, other_act.first_date, other_act.last_date,
        other_act.issue, other_act.is_counted, other_act.counterfactual
    from other_act
    left join customer on other_act.customer_id = customer.customer_id

)

select person, list_id, kind, first_date, last_date, issue, is_counted, counterfactual
from act
where
    person is not null
    and (is_counted or counterfactual is not null)
    and coalesce(issue, '') <> 'DQ-TS-FUTURE'
    -- An empty opt-in or login says that there was none; an empty time on a click says that there was one, some day.
    and not (kind in ('opt_in', 'confirm', 'login') and coalesce(issue, '') in ('DQ-TS-NULL', 'DQ-TS-SENTINEL'))
