-- Clicks of scanners, which open every link of a mail within seconds of its delivery; a person does not (domain.md 2.5). There are few.
-- By the address as it stands with the click.
-- reads: mail_log, mail_send | binds: marketing_bot_click_seconds
with

delivery as (

    select distinct campaign_id, person_of(email, email_md5) as person, coalesce(delivered_at, sent_at) as delivered_at
    from mail_send

),

click as (

    select campaign_id, email, email_md5, person_of(email, email_md5) as person, happened_at, url
    from mail_log
    where kind = 'click' and campaign_id in (select delivery.campaign_id from delivery)

),

campaign_link as (

    select campaign_id, count(distinct url) as links
    from click
    group by campaign_id

),

scan as (

    select
        delivery.campaign_id,
        delivery.person,
        delivery.delivered_at,
        delivery.delivered_at + to_seconds($marketing_bot_click_seconds) as scanned_until
    from click
    inner join delivery on click.campaign_id = delivery.campaign_id and click.person = delivery.person
    inner join campaign_link on click.campaign_id = campaign_link.campaign_id
    where click.happened_at between delivery.delivered_at and delivery.delivered_at + to_seconds($marketing_bot_click_seconds)
    group by delivery.campaign_id, delivery.person, delivery.delivered_at
    having count(distinct click.url) = max(campaign_link.links) and max(campaign_link.links) > 0

)

select distinct click.campaign_id, click.email, click.email_md5, click.happened_at
from click
inner join scan on click.campaign_id = scan.campaign_id and click.person = scan.person
where click.happened_at between scan.delivered_at and scan.scanned_until
