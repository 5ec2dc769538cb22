-- Users of websites who are called by an e-mail address or by its hash, with the key that this is.
-- reads: attached_key
select key_kind, key_value, trim(raw) as website_user
from attached_key
where entity in ('analytics_event', 'analytics_user') and column_name = 'user_id' and key_kind <> 'user_id'
