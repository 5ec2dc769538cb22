-- Rows that may be a person's, and by which key: probable and possible, for people to decide; the strongest key first.
-- reads: person_key, row_key, cluster, accepted_cluster, refused_cluster, link_kind
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

suggested as (

    select
        weak_key.person, row_key.row_id, weak_key.tier, weak_key.suggested_kind as kind,
        weak_key.kind as via_kind, weak_key.value as via_value, weak_key.is_refused
    from weak_key
    inner join row_key on weak_key.kind = row_key.kind and weak_key.value = row_key.value
    union all
    select
        refused_cluster.person, cluster.row_id, refused_cluster.tier, refused_cluster.kind,
        refused_cluster.via_kind, refused_cluster.via_value, true as is_refused
    from refused_cluster
    inner join cluster on refused_cluster.cluster = cluster.cluster

)

select
    suggested.person, suggested.row_id, cluster.cluster, suggested.tier, suggested.kind, suggested.via_kind, suggested.via_value,
    suggested.is_refused
from suggested
inner join cluster on suggested.row_id = cluster.row_id
inner join link_kind on suggested.kind = link_kind.kind
left join accepted_cluster on suggested.person = accepted_cluster.person and cluster.cluster = accepted_cluster.cluster
where accepted_cluster.cluster is null
order by
    suggested.person asc,
    suggested.row_id asc,
    suggested.is_refused desc,
    link_kind.number asc,
    suggested.via_kind asc,
    suggested.via_value asc
