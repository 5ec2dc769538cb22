-- The keys by which more of a person's rows are found: one row a person, key and tier.
-- Stated keys count where they link; so do the keys that hold the person's rows. A shared key only suggests.
-- reads: stated_key, mine_key, refused_cluster, touched_key, shared_key, key_state, link_kind
with

refused as (

    select distinct refused_cluster.person, touched_key.kind, touched_key.value
    from refused_cluster
    inner join touched_key on refused_cluster.cluster = touched_key.cluster
    where touched_key.is_held

),

united as (

    select person, kind, value, state is null as is_usable, is_held, false as is_stated
    from mine_key
    union all
    select person, kind, value, state is null as is_usable, false as is_held, state is null as is_stated
    from stated_key

),

said as (

    select
        person,
        kind,
        value,
        bool_or(is_usable) as is_usable,
        bool_or(is_held) as is_held,
        bool_or(is_stated) as is_stated
    from united
    group by person, kind, value

),

weighed as (

    select
        said.person,
        said.kind,
        said.value,
        case
            when said.is_held then 'definite'
            when not said.is_usable or key_state.state is not null then null
            when shared_key.kind is not null then 'possible'
            when link_kind.tier <> 'definite' then link_kind.tier
            when said.is_stated then if(refused.kind is null, 'definite', 'possible')
        end as tier,
        shared_key.kind is not null and said.is_usable and key_state.state is null as is_shared
    from said
    inner join link_kind on said.kind = link_kind.kind
    left join key_state on said.kind = key_state.kind and said.value = key_state.value
    left join shared_key on said.kind = shared_key.kind and said.value = shared_key.value
    left join refused on said.person = refused.person and said.kind = refused.kind and said.value = refused.value

)

select person, kind, value, tier, is_shared
from weighed
where tier is not null
