-- Rows that may be a person's, and by which key: probable and possible, for people to decide; the strongest key first.
-- reads: person_key, row_key, cluster, accepted_cluster, refused_cluster, link_kind
with

suggested as (

    select
        person_key.person, row_key.row_id, person_key.tier, if(person_key.is_shared, 'shared', person_key.kind) as kind,
        person_key.kind as via_kind, person_key.value as via_value, false as is_refused
    from person_key
    inner join row_key on person_key.kind = row_key.kind and person_key.value = row_key.value
    where person_key.tier <> 'definite'
    union all
    select
        person_key.person, row_key.row_id, 'probable' as tier, 'email_conflict' as kind,
        person_key.kind as via_kind, person_key.value as via_value, true as is_refused
    from person_key
    inner join row_key on person_key.kind = row_key.kind and person_key.value = row_key.value
    where person_key.tier = 'definite' and person_key.kind = 'email'
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
