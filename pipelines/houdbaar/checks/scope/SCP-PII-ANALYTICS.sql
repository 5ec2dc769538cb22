-- SCP-PII-ANALYTICS: event with an e-mail address, number, name, password or mail tool's id in its address, parameters or user id
-- clause: C-21-3 | grain: month | entity: analytics_event | reads: analytics_leak
-- needs: page_url or referrer_url or user_id or parameters
with

judged as (

    select
        source,
        file,
        identifier_field,
        identifier_kind,
        month,
        records,
        rows,
        case when identifier_field is not null then 'FAIL' else 'PASS' end as verdict
    from analytics_leak

)

select
    source,
    file,
    identifier_field as field,
    verdict,
    identifier_kind as reason,
    case when verdict = 'FAIL' then month end as month,
    sum(records) as records,
    case
        when verdict = 'FAIL' and bool_and(rows is not null)
            then list_transform(flatten(list(rows)), lambda number: {'first': number, 'last': number})
    end as ranges
from judged
group by source, file, identifier_field, identifier_kind, verdict, case when verdict = 'FAIL' then month end
