-- DSR-NOTIFY: a notice that counts for nothing: of an unknown kind, or of no request
-- clause: C-61-3 | grain: record | entity: notice | reads: notice, request
with

known as (

    select distinct trim(request_id) as request_id
    from request
    where request_id is not null

),

read as (

    select
        notice.*,
        lower(trim(notice.kind)) as notice_kind,
        known.request_id is not null as is_request_known
    from notice
    left join known on trim(notice.request_id) = known.request_id

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    case when coalesce(notice_kind, '') in ('article_19', 'policy_change') then 'request_id' else 'kind' end as field,
    case
        when coalesce(notice_kind, '') not in ('article_19', 'policy_change') then 'FAIL'
        when notice_kind = 'article_19' and not is_request_known then 'FAIL'
        else 'PASS'
    end as verdict,
    case
        when notice_kind is null then 'no kind'
        when notice_kind not in ('article_19', 'policy_change') then 'unknown kind'
        when notice_kind = 'article_19' and request_id is null then 'no request_id'
        when notice_kind = 'article_19' and not is_request_known then 'no such request'
    end as reason,
    'review' as action
from read
