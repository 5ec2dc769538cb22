-- Keys of records that several sources hold, with those sources.
-- reads: holder
with

shared as (

    select
        identity,
        list(distinct source order by source) as sources
    from holder
    group by identity
    having count(distinct source) > 1

)

select distinct
    holder.record_key,
    shared.sources
from holder
inner join shared on holder.identity = shared.identity
where holder.record_key is not null
order by holder.record_key
