-- Clicks of scanners, which open every link of a mail within seconds of its delivery; a person does not (domain.md 2.5). There are few.
-- reads: mail_log, mail_send | binds: marketing_bot_click_seconds
with

delivery as (

    select distinct campaign_id, person_of(email, email_md5) as person, coalesce(delivered_at, sent_at) as delivered_at
    from mail_send

),

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

)

select distinct mail_log.campaign_id, mail_log.person, mail_log.happened_at
from mail_log
inner join scan on mail_log.campaign_id = scan.campaign_id and mail_log.person = scan.person
where mail_log.kind = 'click' and mail_log.happened_at between scan.delivered_at and scan.scanned_until
