-- What the mail tool saw: one row a row of activity, with the list that it is about.
-- Activity that names no list is about the only one there is, and so is all activity where nothing names that one, if the same system
-- keeps that list; else '' stands for a list that nobody knows.
-- url: of clicks.
-- reads: mail_activity, only_audience, source_setting | made: view
select
    mail_activity.source,
    coalesce(
        case when only_audience.is_named then mail_activity.list_id end,
        case when may_be_about(only_audience.systems, source_setting.system) then only_audience.list_id end,
        mail_activity.list_id,
        ''
    ) as list_id,
    mail_activity.campaign_id,
    mail_activity.email,
    mail_activity.email_md5,
    lower(trim(mail_activity.kind)) as kind,
    case when lower(trim(mail_activity.kind)) = 'click' then nullif(trim(mail_activity.url), '') end as url,
    mail_activity.happened_at,
    mail_activity.happened_at_first_date as first_date,
    mail_activity.happened_at_last_date as last_date,
    mail_activity.happened_at_issue as issue,
    coalesce(mail_activity.is_machine_open, true) as is_machine_open,
    coalesce(mail_activity.is_bot, false) as is_bot
from mail_activity
inner join source_setting on mail_activity.source = source_setting.source
cross join only_audience
