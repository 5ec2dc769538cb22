-- What people did with mailings that answers us, without what scanners did (domain.md 2.5): one row an act, with the knob under which an
-- open would count; none with a future stamp.
-- reads: mail_log, mail_send | binds: marketing_opens, marketing_bot_click_seconds
with

delivery as (

    select distinct campaign_id, person_of(email, email_md5) as person, coalesce(delivered_at, sent_at) as delivered_at
    from mail_send

),

-- A scanner opens every link of a mail within seconds of its delivery; a person does not.
campaign_link as (

    select campaign_id, count(distinct url) as links
    from mail_log
    where kind = 'click'
    group by campaign_id

),

scan as (

    select
        delivery.campaign_id,
        delivery.person,
        delivery.delivered_at,
        delivery.delivered_at + to_seconds($marketing_bot_click_seconds) as scanned_until
    from mail_log
    inner join delivery on mail_log.campaign_id = delivery.campaign_id and mail_log.person = delivery.person
    inner join campaign_link on mail_log.campaign_id = campaign_link.campaign_id
    where
        mail_log.kind = 'click'
        and mail_log.happened_at between delivery.delivered_at and delivery.delivered_at + to_seconds($marketing_bot_click_seconds)
    group by delivery.campaign_id, delivery.person, delivery.delivered_at
    having count(distinct mail_log.url) = max(campaign_link.links) and max(campaign_link.links) > 0

),

-- Few: to look for each click in them takes nothing.
scanned as (

    select distinct mail_log.campaign_id, mail_log.person, mail_log.happened_at
    from mail_log
    inner join scan on mail_log.campaign_id = scan.campaign_id and mail_log.person = scan.person
    where mail_log.kind = 'click' and mail_log.happened_at between scan.delivered_at and scan.scanned_until

),

act as (

    select
        mail_log.person, mail_log.list_id, mail_log.happened_at, mail_log.first_date, mail_log.last_date, mail_log.issue,
        case
            when mail_log.kind = 'open'
                then $marketing_opens = 'all' or ($marketing_opens = 'verified_human' and not mail_log.is_machine_open)
            else true
        end as is_counted,
        case when mail_log.kind = 'open' and not mail_log.is_machine_open then 'open (marketing.opens=verified_human)' end as counterfactual
    from mail_log
    left join scanned
        on
            mail_log.kind = 'click'
            and mail_log.campaign_id = scanned.campaign_id
            and mail_log.person = scanned.person
            and mail_log.happened_at = scanned.happened_at
    where
        mail_log.kind in ('open', 'click', 'reply', 'form', 'survey', 'opt_in', 'confirm', 'preference', 'order')
        and not (mail_log.kind = 'click' and mail_log.is_bot)
        and scanned.person is null

)

select person, list_id, happened_at, first_date, last_date, issue, is_counted, counterfactual
from act
where coalesce(issue, '') <> 'DQ-TS-FUTURE' and (is_counted or counterfactual is not null)
