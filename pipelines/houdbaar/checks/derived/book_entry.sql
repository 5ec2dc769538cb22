-- When each invoice's statutory years begin (domain.md 2.7), one row an invoice and export: as the year ends that it names, else its day's.
-- A day after that year, or more than a year before it, contradicts it: who knows.
-- duty: oss or immovable (by years of the calendar), else books (by book years). ended_on_…: earliest and latest reading, NULL: unknown.
-- is_floor_running: by law it must be kept today; NULL: can't be told. A contract counts by knob only: the later of the two, if it ended.
-- reads: invoice, book_year
-- binds: as_of, statutory_trigger, statutory_years_cutoff_date, statutory_oss_years_cutoff_date, statutory_immovable_years_cutoff_date
with

documented as (

    select
        source, file, row, record_key, snapshot_date, invoice_number, customer_id, invoice_date_first_date, invoice_date_last_date,
        case when is_oss then 'oss' when is_immovable then 'immovable' else 'books' end as duty,
        $statutory_trigger = 'contract_end' and coalesce(contract_ended_on_issue, '') <> 'DQ-TS-NULL' as is_by_contract,
        case when invoice_date_issue = 'DQ-TS-NULL' or (duty = 'books' and not is_by_contract) then fiscal_year end as fiscal_year,
        case when is_by_contract and contract_ended_on_first_date is not null then least(contract_ended_on_first_date, $as_of) end
            as contract_first_date,
        case when is_by_contract and contract_ended_on_last_date is not null then least(contract_ended_on_last_date, $as_of) end
            as contract_last_date,
        case when is_by_contract and contract_ended_on_last_date is null then contract_ended_on_issue else invoice_date_issue end as issue
    from invoice

),

started as (

    select
        *,
        greatest(invoice_date_first_date, contract_first_date) as first_date,
        if(is_by_contract and contract_last_date is null, null, greatest(invoice_date_last_date, contract_last_date)) as last_date
    from documented

),

-- A broken book year is called after either of the years that it lies in.
closed as (

    select
        started.source, started.file, started.row, started.record_key, started.snapshot_date, started.invoice_number, started.customer_id,
        started.duty, started.is_by_contract, started.invoice_date_first_date, started.invoice_date_last_date, started.issue,
        max(book_year.ended_on) filter (where started.first_date between book_year.starts_on and book_year.ended_on) as dated_first,
        max(book_year.ended_on) filter (where started.last_date between book_year.starts_on and book_year.ended_on) as dated_last,
        min(book_year.ended_on) filter (where started.fiscal_year in (year(book_year.starts_on), year(book_year.ended_on))) as named_first,
        max(book_year.ended_on) filter (where started.fiscal_year in (year(book_year.starts_on), year(book_year.ended_on))) as named_last
    from started
    left join book_year
        on
            book_year.is_calendar = (started.duty <> 'books')
            and (
                started.first_date between book_year.starts_on and book_year.ended_on
                or started.last_date between book_year.starts_on and book_year.ended_on
                or started.fiscal_year in (year(book_year.starts_on), year(book_year.ended_on))
            )
    group by all

),

placed as (

    select
        source, file, row, record_key, snapshot_date, invoice_number, customer_id, duty, invoice_date_first_date, invoice_date_last_date,
        coalesce(dated_first >= named_first and dated_last <= named_last, named_last is null) as is_dated,
        coalesce(dated_last > named_last or dated_first < named_first - interval 1 year, false) as is_conflict,
        if(is_conflict, least(dated_first, named_first), named_first) as from_named,
        if(is_dated, dated_first, if(is_by_contract, greatest(dated_first, named_first), from_named)) as ended_on_first_date,
        if(is_dated, dated_last, greatest(dated_last, named_last)) as ended_on_last_date,
        if(is_dated or is_by_contract, issue, if(is_conflict, 'DQ-TS-CONFLICT', interval_issue(named_first, named_last))) as issue,
        coalesce(invoice_date_first_date > $as_of, false) as is_future,
        if(duty = 'immovable', $statutory_immovable_years_cutoff_date, $statutory_years_cutoff_date) as other_cutoff_date,
        if(duty = 'oss', $statutory_oss_years_cutoff_date, other_cutoff_date) as last_overdue_date
    from closed

)

select
    source, file, row, record_key, snapshot_date, invoice_number, customer_id, duty, invoice_date_first_date, invoice_date_last_date,
    ended_on_first_date, ended_on_last_date, issue, is_future,
    case when ended_on_first_date > last_overdue_date then true when ended_on_last_date <= last_overdue_date then false end
        as is_floor_running
from placed
