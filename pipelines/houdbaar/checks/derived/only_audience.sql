-- The one mailing list there is (NULL: there are none, or several), and whether any list is named: else it bears its source's name.
-- reads: mail_member, source_setting
select
    case when count(distinct mail_member.list_id) = 1 then max(mail_member.list_id) end as list_id,
    coalesce(bool_or(mail_member.list_id <> mail_member.source or source_setting.list_id is not null), false) as is_named
from mail_member
inner join source_setting on mail_member.source = source_setting.source
