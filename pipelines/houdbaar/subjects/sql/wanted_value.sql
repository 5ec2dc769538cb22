-- The values by which rows that only follow are found: one row a person and value as exports have it.
-- strength: the smaller, the stronger the link. via: the person's own key from which it follows.
-- reads: person_key, website_key, attached_key, hashed_address, link_kind
with

wanted as (

    select
        person, if(is_shared, 'shared', kind) as kind, value, kind as key_kind, tier, false as is_anonymous_only,
        kind as via_kind, value as via_value
    from person_key
    where kind not in ('client_id', 'user_id', 'gclid')
    union all
    select person, kind, value, key_kind, tier, is_anonymous_only, via[1] as via_kind, via[2] as via_value
    from website_key
    where tier <> 'refused'
    union all
    select
        person, 'email' as kind, value, kind as key_kind, 'definite' as tier, false as is_anonymous_only,
        'email' as via_kind, email_key as via_value
    from hashed_address

)

select distinct
    wanted.person,
    attached_key.value_number,
    attached_key.family,
    wanted.kind,
    wanted.tier,
    dense_rank() over (
        order by
            list_position(['definite', 'probable', 'possible'], wanted.tier),
            link_kind.number,
            wanted.via_kind,
            wanted.via_value
    ) as strength,
    wanted.is_anonymous_only,
    wanted.via_kind,
    wanted.via_value
from wanted
inner join link_kind on wanted.kind = link_kind.kind
inner join attached_key on wanted.key_kind = attached_key.key_kind and wanted.value = attached_key.key_value
