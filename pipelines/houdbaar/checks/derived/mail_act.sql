-- What people did with mailings, without what scanners did (domain.md 2.5): one row an act, with the knob under which an open would count.
-- reads: mail_activity, mail_send | binds: marketing_opens, marketing_bot_click_seconds
with

activity as (

    select
        source,
        list_id,
        campaign_id,
        person_of(email, email_md5) as person,
        lower(trim(kind)) as kind,
        url,
        happened_at,
        happened_at_first_date as first_date, happened_at_last_date as last_date, happened_at_issue as issue,
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

)

select
    activity.person, activity.list_id, activity.kind,
    activity.first_date, activity.last_date, activity.issue,
    case
        when activity.kind = 'open'
            then $marketing_opens = 'all' or ($marketing_opens = 'verified_human' and not activity.is_machine_open)
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
            or coalesce(
                activity.happened_at between scan.delivered_at and scan.delivered_at + to_seconds($marketing_bot_click_seconds), false
            )
        )
    )
