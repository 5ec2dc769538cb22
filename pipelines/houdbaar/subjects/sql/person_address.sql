-- E-mail addresses behind keys: of what was stated, and of what the person's rows carry.
-- reads: person_key, stated_key, known_address
select person_key.person, person_key.value, person_key.tier, min(known_address.address) as address
from person_key
inner join known_address on person_key.value = known_address.key_value
where person_key.kind = 'email'
group by person_key.person, person_key.value, person_key.tier
union
select stated_key.person, stated_key.value, coalesce(person_key.tier, 'none') as tier, stated_key.address
from stated_key
left join person_key
    on stated_key.person = person_key.person and stated_key.kind = person_key.kind and stated_key.value = person_key.value
where stated_key.address is not null
order by all
