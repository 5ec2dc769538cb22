-- CON-CATEGORY-UNKNOWN: mail of which nobody said whether it is marketing, a survey or service
-- clause: C-23-5 | grain: month | entity: mail_send | needs: category or mail_campaign.category | reads: mail_sent | binds: as_of
with

labelled as (

    select
        source, file, row, first_date, last_date,
        case when first_date > $as_of then 'NOT_YET' when kind is null then 'FAIL' else 'PASS' end as verdict,
        case when date_trunc('month', first_date) = date_trunc('month', last_date) then strftime(last_date, '%Y-%m') end as month
    from mail_sent

)

select
    source, file, verdict, case when verdict = 'FAIL' then month end as month,
    'sent_at' as trigger_column,
    min(first_date) as first_trigger,
    max(last_date) as last_trigger,
    count(*) as records,
    case when verdict = 'FAIL' then list({'first': row, 'last': row} order by row) end as ranges
from labelled
group by source, file, verdict, case when verdict = 'FAIL' then month end
