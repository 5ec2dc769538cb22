-- Keys with a definite link that more than one row has.
-- reads: row_key | binds: settling, contact_kinds
select
    kind,
    value,
    row_number() over (order by kind, value) as key_number,
    list_contains($contact_kinds, kind) as is_contact
from row_key
where state is null and list_contains($settling, kind)
group by kind, value
having count(*) > 1
