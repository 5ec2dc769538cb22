-- Which keys rows of which clusters carry or are held by; keys that link nobody are left out.
-- reads: linked_key
select kind, value, cluster, bool_or(is_held) as is_held
from linked_key
where state is null
group by kind, value, cluster
order by kind, value, cluster
