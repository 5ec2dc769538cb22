-- RET-NO-PURPOSE: order for which no purpose is open: its statutory years are over and its relation does not go on
-- clause: C-51-1 | grain: record | entity: order | reads: order, book_year, relation | needs: ordered_at
-- binds: as_of, statutory_years_cutoff_date, relationship_grace_months_cutoff_date
-- Contacts, accounts, messages, shipments and invoices have codes of their own, which say more.
with

placed as (

    select
        "order".source,
        "order".file,
        "order".row,
        "order".record_key,
        "order".snapshot_date,
        "order".ordered_at_first_date,
        "order".ordered_at_last_date,
        "order".ordered_at_issue,
        coalesce(
            relation.is_running or relation.is_open or relation.ended_last_date > $relationship_grace_months_cutoff_date, false
        ) as is_related,
        coalesce("order".ordered_at_first_date > $as_of, false) as is_future,
        earliest.ended_on as first_date,
        latest.ended_on as last_date
    from "order"
    left join book_year as earliest
        on not earliest.is_calendar and "order".ordered_at_first_date between earliest.starts_on and earliest.ended_on
    left join book_year as latest
        on not latest.is_calendar and "order".ordered_at_last_date between latest.starts_on and latest.ended_on
    left join relation on 'customer:' || "order".customer_id = relation.relation

),

judged as (

    select
        *,
        case statute_verdict(first_date, last_date, is_future, is_related, $statutory_years_cutoff_date)
            when 'NOT_YET' then 'NOT_YET'
            when 'OVERDUE' then 'FAIL'
            when 'UNDETERMINED' then 'UNDETERMINED'
            else 'PASS'
        end as verdict
    from placed

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    verdict,
    term_reason(verdict, ordered_at_issue) as reason,
    'delete' as action,
    'ordered_at' as trigger_column,
    ordered_at_first_date as first_trigger,
    ordered_at_last_date as last_trigger
from judged
