-- Under which statutory duty each invoice is (oss, immovable, else books), and what its years count from (domain.md 2.7): its days, the
-- year that it names, by knob the end of its contract.
-- is_duty_unclear: its file has flags that nobody understands, and none that it has says which duty it is.
-- reads: invoice, staged_column | binds: as_of, statutory_trigger
with

unclear as (

    select
        source, file,
        bool_or(column_name = 'is_oss') as is_oss_unclear,
        bool_or(column_name = 'is_immovable') as is_immovable_unclear
    from staged_column
    where entity = 'invoice' and column_name in ('is_oss', 'is_immovable') and uncast_values > 0
    group by source, file

)

select
    invoice.source, invoice.file, invoice.row, invoice.record_key, invoice.snapshot_date, invoice.invoice_number, invoice.customer_id,
    invoice.invoice_date_first_date, invoice.invoice_date_last_date,
    case when invoice.is_oss then 'oss' when invoice.is_immovable then 'immovable' else 'books' end as duty,
    coalesce(
        (invoice.is_oss is null and unclear.is_oss_unclear)
        or (invoice.is_oss is distinct from true and invoice.is_immovable is null and unclear.is_immovable_unclear),
        false
    ) as is_duty_unclear,
    $statutory_trigger = 'contract_end' and coalesce(invoice.contract_ended_on_issue, '') <> 'DQ-TS-NULL' as is_by_contract,
    case when invoice.invoice_date_issue = 'DQ-TS-NULL' or (duty = 'books' and not is_by_contract) then invoice.fiscal_year end
        as fiscal_year,
    case
        when is_by_contract and invoice.contract_ended_on_first_date is not null then least(invoice.contract_ended_on_first_date, $as_of)
    end as contract_first_date,
    case when is_by_contract and invoice.contract_ended_on_last_date is not null then least(invoice.contract_ended_on_last_date, $as_of) end
        as contract_last_date,
    case
        when is_by_contract and invoice.contract_ended_on_last_date is null then invoice.contract_ended_on_issue
        else invoice.invoice_date_issue
    end as issue
from invoice
left join unclear on invoice.source = unclear.source and invoice.file = unclear.file
