-- The keys by which more of a person's rows are found: one row a person, key and tier.
-- Stated keys count where they link; so do the keys that hold the person's rows. A shared key only suggests.
-- reads: stated_key, mine_held, mine_carried, refused_cluster, touched_key, shared_key, key_state, link_kind
with

held as (

    select distinct person, kind, value from mine_held

),

refused as (

    select distinct refused_cluster.person, touched_key.kind, touched_key.value
    from refused_cluster
    inner join touched_key on refused_cluster.cluster = touched_key.cluster
    where touched_key.is_held

),

said as (

    select person, kind, value, state, false as is_stated from mine_carried
    union
    select person, kind, value, state, true as is_stated from stated_key

),

weighed as (

    select
        said.person,
        said.kind,
        said.value,
        case
            when said.state is not null or key_state.state is not null then null
            when shared_key.kind is not null then 'possible'
            when link_kind.tier <> 'definite' then link_kind.tier
            when held.kind is not null then 'definite'
            when said.is_stated and refused.kind is null then 'definite'
            when said.is_stated then 'possible'
        end as tier,
        shared_key.kind is not null as is_shared
    from said
    inner join link_kind on said.kind = link_kind.kind
    left join key_state on said.kind = key_state.kind and said.value = key_state.value
    left join shared_key on said.kind = shared_key.kind and said.value = shared_key.value
    left join refused on said.person = refused.person and said.kind = refused.kind and said.value = refused.value
    left join held on said.person = held.person and said.kind = held.kind and said.value = held.value

),

united as (

    select person, kind, value, tier, is_shared
    from weighed
    where tier is not null
    union
    select person, kind, value, 'definite' as tier, false as is_shared from held

)

select person, kind, value, min(tier) as tier, bool_or(is_shared) as is_shared
from united
group by person, kind, value
