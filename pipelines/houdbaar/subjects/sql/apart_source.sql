-- Sources that number people each in its own way: more of the numbers that both give out mean different people than mean the same.
-- reads: number_pair
select kind, source, other_source
from number_pair
group by kind, source, other_source
having count_if(differs) > count_if(agrees)
