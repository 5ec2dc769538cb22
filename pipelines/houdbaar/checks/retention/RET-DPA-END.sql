-- RET-DPA-END: processor data kept longer than agreed after the customer's contract ended
-- clause: C-24-1 | grain: record | entity: device | role: processor | reads: device, relation
-- needs: contract_ended_on or contact.contract_ended_on or account.closed_at | binds: as_of, last_overdue_date, last_due_date
-- A device without an end of its own follows its customer's contract; while none has ended, the agreement runs.
with

contracted as (

    select
        device.source,
        device.file,
        device.row,
        device.record_key,
        device.snapshot_date,
        end_state(device.contract_ended_on_first_date, device.contract_ended_on_issue, $as_of) as state,
        coalesce(relation.is_ended and not relation.is_running and not relation.is_open and relation.doubt is null, false) as is_over,
        device.contract_ended_on_first_date as own_first_date,
        device.contract_ended_on_last_date as own_last_date,
        device.contract_ended_on_issue as own_issue,
        relation.ended_first_date,
        relation.ended_last_date,
        relation.ended_issue
    from device
    left join relation on 'customer:' || device.customer_id = relation.relation

),

ended as (

    select
        *,
        case when state = 'open' then ended_first_date else own_first_date end as first_date,
        case when state = 'open' then ended_last_date else own_last_date end as last_date,
        case when state = 'open' then ended_issue else own_issue end as issue
    from contracted

),

judged as (

    select
        *,
        case
            when state = 'runs' or (state = 'open' and not is_over) then 'WITHIN'
            else term_verdict(first_date, last_date, $as_of, $last_overdue_date, $last_due_date)
        end as verdict
    from ended

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    verdict,
    term_reason(verdict, issue) as reason,
    term_confidence(verdict, coalesce(first_date = last_date, false)) as confidence,
    'contract_ended_on' as trigger_column,
    case when state <> 'open' or is_over then first_date end as first_trigger,
    case when state <> 'open' or is_over then last_date end as last_trigger
from judged
