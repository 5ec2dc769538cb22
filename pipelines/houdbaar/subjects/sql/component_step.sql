-- Rows that share a key with a definite link take the smallest number among them, until nothing changes.
-- reads: component, definite_key
with

of_key as (

    select definite_key.key_number, min(component.label) as label
    from definite_key
    inner join component on definite_key.row_id = component.row_id
    group by definite_key.key_number

),

of_row as (

    select definite_key.row_id, min(of_key.label) as label
    from definite_key
    inner join of_key on definite_key.key_number = of_key.key_number
    group by definite_key.row_id

),

jumped as (

    select of_row.row_id, least(of_row.label, component.label) as label
    from of_row
    inner join component on of_row.label = component.row_id

)

select component.row_id, coalesce(jumped.label, component.label) as label, coalesce(jumped.label < component.label, false) as is_changed
from component
left join jumped on component.row_id = jumped.row_id
