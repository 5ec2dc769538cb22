-- Records of which several rules or fields say something, by a hash of code and key: two that share one by chance are put in order too.
-- reads: judgement, rule
select hash(rule.code, judgement.source, judgement.entity, judgement.record_key) as record_hash
from judgement
inner join rule on judgement.rule = rule.rule
where judgement.record_key is not null and judgement.verdict <> 'NOT_TESTED'
group by hash(rule.code, judgement.source, judgement.entity, judgement.record_key)
having count(*) > 1
