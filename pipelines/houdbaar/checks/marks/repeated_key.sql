-- Hashes of keys that more than one row of content_row has: one part of them, as all at once could need more memory than there is.
-- reads: content_key | binds: first_hash, last_hash
select key_hash
from content_key
where key_hash between $first_hash::ubigint and $last_hash::ubigint
group by key_hash
having count(*) > 1
