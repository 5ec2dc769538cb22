-- Components with a number that may be several people's: it leads to several addresses (a counter's, or of two shops' documents), or
-- two systems gave it out.
-- reads: component, definite_key, row_address, row_key, apart_number
select component.label
from definite_key
inner join component on definite_key.row_id = component.row_id
inner join row_address on definite_key.row_id = row_address.row_id
where not definite_key.is_contact
group by component.label, definite_key.key_number
having count(distinct row_address.address) > 1
union
select component.label
from apart_number
inner join row_key on apart_number.kind = row_key.kind and apart_number.value = row_key.value
inner join component on row_key.row_id = component.row_id
