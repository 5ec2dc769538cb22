-- The one mailing list there is (NULL: there are none, or several), whether any list is named (else it bears its source's name), and the
-- systems that keep it: what another mailer saw without naming a list may be about people of its own.
-- reads: mail_member, source_setting
select
    case when count(distinct mail_member.list_id) = 1 then max(mail_member.list_id) end as list_id,
    coalesce(bool_or(mail_member.list_id <> mail_member.source or source_setting.list_id is not null), false) as is_named,
    coalesce(list(distinct source_setting.system), []) as systems
from mail_member
inner join source_setting on mail_member.source = source_setting.source
