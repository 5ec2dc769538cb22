-- Sources that number customers alike: those of one kind of system, and those that have a number in common
-- that is no mere count, or that is the same person's; unless they are apart.
-- reads: linked_source, number_pair, apart_source
with

alike as (

    select linked_source.source, other.source as other_source
    from linked_source
    inner join linked_source as other on linked_source.family = other.family and linked_source.source <= other.source
    union
    select source, other_source
    from number_pair
    where kind = 'customer_id' and (agrees or not regexp_full_match(value, '[0-9]+'))

)

select alike.source, alike.other_source
from alike
left join apart_source
    on
        apart_source.kind = 'customer_id'
        and alike.source = apart_source.source
        and alike.other_source = apart_source.other_source
where apart_source.source is null
order by alike.source, alike.other_source
