-- Numbers by which nobody can be told, because two systems gave them out to different people.
-- reads: number_pair, apart_source
select distinct number_pair.kind, number_pair.value
from number_pair
inner join apart_source
    on
        number_pair.kind = apart_source.kind
        and number_pair.source = apart_source.source
        and number_pair.other_source = apart_source.other_source
where not number_pair.agrees
order by number_pair.kind, number_pair.value
