-- Files, by number, with a value that gives somebody away whatever its key, or with a key that says what its value is.
-- reads: leaf_text
with

different as (

    select distinct is_key, cell
    from leaf_text
    where cell is not null

),

telling as (

    select is_key, cell
    from different
    where case when is_key then is_telling_key(cell) else is_telling_value(cell) end

)

select distinct leaf_text.number
from leaf_text
inner join telling on leaf_text.is_key = telling.is_key and leaf_text.cell = telling.cell
