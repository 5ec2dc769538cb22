-- CON-NO-UNSUB-LINK: marketing campaign without a link to unsubscribe
-- clause: C-22-6 | grain: record | entity: mail_campaign | needs: has_unsubscribe_link | reads: mail_campaign, mail_sent | binds: as_of
with

-- Where the campaign doesn't say what it is, its mails may.
sent as (

    select campaign_id, max(kind) as kind
    from mail_sent
    group by campaign_id
    having count(distinct coalesce(kind, '')) = 1

),

judged as (

    select
        mail_campaign.source,
        mail_campaign.file,
        mail_campaign.row,
        mail_campaign.record_key,
        mail_campaign.snapshot_date,
        mail_campaign.sent_at_first_date as first_trigger,
        mail_campaign.sent_at_last_date as last_trigger,
        mail_campaign.has_unsubscribe_link,
        case
            when lower(trim(mail_campaign.category)) in ('marketing', 'survey') then 'marketing'
            when lower(trim(mail_campaign.category)) = 'service' then 'service'
            else sent.kind
        end as kind
    from mail_campaign
    left join sent on mail_campaign.campaign_id = sent.campaign_id

)

select
    source, file, row, record_key, snapshot_date,
    case
        when kind = 'service' then 'OUT_OF_SCOPE'
        when first_trigger > $as_of then 'NOT_YET'
        when has_unsubscribe_link then 'PASS'
        when has_unsubscribe_link is null or kind is null then 'UNDETERMINED'
        else 'FAIL'
    end as verdict,
    case
        when kind = 'service' or has_unsubscribe_link then null
        when has_unsubscribe_link is null then 'unknown whether it has a link'
        when kind is null then 'category unknown'
    end as reason,
    'sent_at' as trigger_column,
    first_trigger,
    last_trigger
from judged
