-- SCP-GEO-FINE: event with a place that is finer than a town: three decimals of a degree, or a full postcode
-- clause: C-21-4 | grain: month | entity: analytics_event | reads: analytics_leak
with

judged as (

    select
        source,
        file,
        place_field as field,
        month,
        records,
        rows,
        case when place_field is not null then 'FAIL' else 'PASS' end as verdict
    from analytics_leak

)

select
    source,
    file,
    field,
    verdict,
    case when verdict = 'FAIL' then month end as month,
    sum(records) as records,
    case
        when verdict = 'FAIL' and bool_and(rows is not null)
            then list_transform(flatten(list(rows)), lambda number: {'first': number, 'last': number})
    end as ranges
from judged
group by source, file, field, verdict, case when verdict = 'FAIL' then month end
