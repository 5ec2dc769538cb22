-- Records with several versions, by the hash of their rule, source and key: two that share one by chance are put in order as well.
-- reads: row_judgement
select group_hash
from row_judgement
where grain = 'record'
group by group_hash
having count(*) > 1
