-- Rows that may be a person's, and by which key: probable and possible, for people to decide; the strongest key first.
-- Of keys that a person did not state, only those that others carry as well lead to anybody else.
-- reads: person_key, common_key, stated_cluster, touched_key, touched_person, accepted_cluster, refused_cluster, link_kind
with

-- A definite address suggests the rows that it may not hold.
weak_key as (

    select
        person, kind, value,
        if(tier = 'definite', 'probable', tier) as tier,
        case when tier = 'definite' then 'email_conflict' when is_shared then 'shared' else kind end as suggested_kind,
        tier = 'definite' as is_refused
    from person_key
    where tier <> 'definite' or kind = 'email'

),

-- Stated keys' clusters that are not the person's.
other_cluster as (

    select stated_cluster.person, stated_cluster.kind, stated_cluster.value, stated_cluster.cluster
    from stated_cluster
    left join accepted_cluster on stated_cluster.person = accepted_cluster.person and stated_cluster.cluster = accepted_cluster.cluster
    where accepted_cluster.cluster is null

),

carrying as (

    select weak_key.person, weak_key.kind, weak_key.value, common_key.cluster, common_key.row_id
    from weak_key
    inner join common_key on weak_key.kind = common_key.kind and weak_key.value = common_key.value
    union
    select other_cluster.person, other_cluster.kind, other_cluster.value, touched_key.cluster, touched_key.row_id
    from other_cluster
    inner join touched_key
        on
            other_cluster.cluster = touched_key.cluster
            and other_cluster.kind = touched_key.kind
            and other_cluster.value = touched_key.value
    where touched_key.is_carried

),

suggested as (

    select
        weak_key.person, carrying.cluster, carrying.row_id, weak_key.tier, weak_key.suggested_kind as kind,
        weak_key.kind as via_kind, weak_key.value as via_value, weak_key.is_refused
    from weak_key
    inner join carrying
        on weak_key.person = carrying.person and weak_key.kind = carrying.kind and weak_key.value = carrying.value
    union all
    select
        refused_cluster.person, refused_cluster.cluster, touched_person.row_id, refused_cluster.tier, refused_cluster.kind,
        refused_cluster.via_kind, refused_cluster.via_value, true as is_refused
    from refused_cluster
    inner join touched_person on refused_cluster.cluster = touched_person.cluster

)

select
    suggested.person, suggested.row_id, suggested.cluster, suggested.tier, suggested.kind, suggested.via_kind, suggested.via_value,
    suggested.is_refused
from suggested
inner join link_kind on suggested.kind = link_kind.kind
left join accepted_cluster on suggested.person = accepted_cluster.person and suggested.cluster = accepted_cluster.cluster
where accepted_cluster.cluster is null
order by
    suggested.person asc,
    suggested.row_id asc,
    suggested.is_refused desc,
    link_kind.number asc,
    suggested.via_kind asc,
    suggested.via_value asc
