-- Whose each row is: the cluster's smallest row stands for the person.
-- reads: component, settled_row
select component.row_id, coalesce(settled_row.cluster, component.label) as cluster
from component
left join settled_row on component.row_id = settled_row.row_id
