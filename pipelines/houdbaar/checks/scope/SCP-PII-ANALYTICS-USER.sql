-- SCP-PII-ANALYTICS: analytics user with an e-mail address, number, name, password or mail tool's id in an id or a property
-- clause: C-21-3 | grain: record | entity: analytics_user | reads: analytics_user
-- needs: user_id or properties
with

opened as (

    select
        source,
        file,
        row,
        record_key,
        snapshot_date,
        leak_kind(decoded('&user_id=' || user_id)) as user_kind,
        leak_kind(decoded(pairs_text(properties))) as property_kind
    from analytics_user

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    case when user_kind is not null then 'user_id' when property_kind is not null then 'properties' end as field,
    case when coalesce(user_kind, property_kind) is not null then 'FAIL' else 'PASS' end as verdict,
    coalesce(user_kind, property_kind) as reason
from opened
