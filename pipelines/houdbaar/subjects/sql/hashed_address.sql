-- The hashes of people's own addresses, as registers and users of websites may have them.
-- reads: person_address | binds: inner_pad, outer_pad
select person, 'email_hmac' as kind, hmac(address, $inner_pad, $outer_pad) as value, value as email_key
from person_address
where tier = 'definite'
union all
select person, 'email_sha256' as kind, sha256(address) as value, value as email_key
from person_address
where tier = 'definite'
