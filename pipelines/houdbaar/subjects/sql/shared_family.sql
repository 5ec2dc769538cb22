-- Systems that number customers alike: at least one number is in both.
-- reads: person_row
with

known as (

    select distinct family, trim(customer_id) as customer_id
    from person_row
    where customer_id is not null

)

select distinct known.family, other.family as other_family
from known
inner join known as other on known.customer_id = other.customer_id
order by known.family, other_family
