-- E-mail addresses behind their keys.
-- reads: normal_value
select key_value, min(address) as address
from normal_value
where key_kind = 'email' and address is not null
group by key_value
