-- Each mail that was sent: to whom, when (earliest and latest moment, local dates), and whether it is marketing (domain.md 1, C-22-3 and
-- C-23-5): its own category, else its campaign's. kind: marketing (surveys with it), service, NULL where nothing known says so.
-- The list is the one that members and activity have, as far as it is known (mail_log).
-- reads: mail_send, mail_campaign, only_audience | binds: time_zone
with

campaign as (

    select
        campaign_id,
        arg_max(lower(trim(category)), (coalesce(snapshot_date, date '0001-01-01'), file, row)) as category,
        arg_max(is_partner_product, (coalesce(snapshot_date, date '0001-01-01'), file, row)) as is_partner_product,
        max(sent_at) as sent_at,
        max(sent_at_first_date) as first_date,
        max(sent_at_last_date) as last_date
    from mail_campaign
    group by campaign_id

),

labelled as (

    select
        mail_send.source,
        mail_send.file,
        mail_send.row,
        mail_send.campaign_id,
        coalesce(case when only_audience.is_named then mail_send.list_id end, only_audience.list_id, mail_send.list_id) as list_id,
        person_of(mail_send.email, mail_send.email_md5) as person,
        is_role_mailbox(mail_send.email) as is_role_mailbox,
        campaign.is_partner_product,
        coalesce(lower(nullif(trim(mail_send.category), '')), campaign.category) as category,
        -- A list of recipients has no times: the campaign's is theirs.
        coalesce(mail_send.sent_at_issue, 'DQ-TS-NULL') = 'DQ-TS-NULL' and mail_send.sent_at_first_date is null as is_of_campaign,
        mail_send.sent_at,
        mail_send.sent_at_first_date,
        mail_send.sent_at_last_date,
        mail_send.sent_at_issue,
        campaign.sent_at as campaign_sent_at,
        campaign.first_date as campaign_first_date,
        campaign.last_date as campaign_last_date
    from mail_send
    cross join only_audience
    left join campaign on mail_send.campaign_id = campaign.campaign_id

),

stamped as (

    select
        source, file, row, campaign_id, list_id, person, is_role_mailbox, is_partner_product, category,
        case when is_of_campaign then campaign_sent_at else sent_at end as sent_at,
        case when is_of_campaign then campaign_first_date else sent_at_first_date end as first_date,
        case when is_of_campaign then campaign_last_date else sent_at_last_date end as last_date,
        case
            when not is_of_campaign then sent_at_issue
            when campaign_first_date is null then 'DQ-TS-NULL'
            when campaign_first_date <> campaign_last_date then 'DQ-TS-PRECISION'
        end as issue
    from labelled

)

select
    source, file, row, campaign_id, list_id, person, is_role_mailbox, is_partner_product,
    case when category in ('marketing', 'survey') then 'marketing' when category = 'service' then 'service' end as kind,
    earliest_moment(sent_at, first_date, $time_zone) as earliest_at,
    latest_moment(sent_at, last_date, $time_zone) as latest_at,
    first_date, last_date, issue
from stamped
