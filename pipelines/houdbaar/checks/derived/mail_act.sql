-- What people did with mailings that can answer us, without what scanners did (domain.md 2.5): one row an act; none with a future stamp.
-- opened_by: of an open, whether a machine or a human made it; a machine's says something only where the policy counts all opens.
-- reads: mail_log, scanned_click | binds: marketing_opens | made: view
with

act as (

    select email, email_md5, list_id, campaign_id, kind, happened_at, first_date, last_date, issue, is_machine_open
    from mail_log
    where
        kind in ('open', 'click', 'reply', 'form', 'survey', 'opt_in', 'confirm', 'preference', 'order')
        and not (kind = 'click' and is_bot)
        and not (kind = 'open' and is_machine_open and $marketing_opens <> 'all')
        and coalesce(issue, '') <> 'DQ-TS-FUTURE'

)

select
    act.email, act.email_md5, act.list_id, act.happened_at, act.first_date, act.last_date, act.issue,
    case when act.kind = 'open' then if(act.is_machine_open, 'machine', 'human') end as opened_by
from act
left join scanned_click
    on
        act.kind = 'click'
        and act.campaign_id = scanned_click.campaign_id
        and act.email is not distinct from scanned_click.email
        and act.email_md5 is not distinct from scanned_click.email_md5
        and act.happened_at = scanned_click.happened_at
where scanned_click.campaign_id is null
