-- What was not tested, and why: whole checks (no source), and sources.
-- reads: finding
select source, field, clause, reason
from finding
where code = 'AUD-NOT-TESTED'
order by source nulls first, reason, field, clause
