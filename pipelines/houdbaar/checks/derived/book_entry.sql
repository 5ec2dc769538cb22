-- When each invoice's statutory years begin (domain.md 2.7), one row an invoice and export: as the year ends that it names, else its day's.
-- A day after that year, or more than a year before it, contradicts it: who knows.
-- duty: oss or immovable (by years of the calendar), else books (by book years). ended_on_…: earliest and latest reading, NULL: unknown.
-- is_floor_running: by law it must be kept today; NULL: can't be told. A contract counts by knob only: the later of the two, if it ended.
-- is_duty_unclear: only what the shortest and the longest duty both say is certain, whichever years they count by.
-- reads: book_duty, book_year
-- binds: as_of, statutory_years_cutoff_date, statutory_oss_years_cutoff_date, statutory_immovable_years_cutoff_date
with

started as (

    select
        *,
        greatest(invoice_date_first_date, contract_first_date) as first_date,
        if(is_by_contract and contract_last_date is null, null, greatest(invoice_date_last_date, contract_last_date)) as last_date
    from book_duty

),

-- A broken book year is called after either of the years that it lies in.
closed as (

    select
        started.source, started.file, started.row, started.record_key, started.snapshot_date, started.invoice_number, started.customer_id,
        started.duty, started.is_duty_unclear, started.is_by_contract, started.issue,
        started.invoice_date_first_date, started.invoice_date_last_date,
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
        source, file, row, record_key, snapshot_date, invoice_number, customer_id, duty, is_duty_unclear,
        invoice_date_first_date, invoice_date_last_date,
        coalesce(dated_first >= named_first and dated_last <= named_last, named_last is null) as is_dated,
        coalesce(dated_last > named_last or dated_first < named_first - interval 1 year, false) as is_conflict,
        if(is_conflict, least(dated_first, named_first), named_first) as from_named,
        if(is_dated, dated_first, if(is_by_contract, greatest(dated_first, named_first), from_named)) as ended_on_first_date,
        if(is_dated, dated_last, greatest(dated_last, named_last)) as ended_on_last_date,
        if(is_dated or is_by_contract, issue, if(is_conflict, 'DQ-TS-CONFLICT', interval_issue(named_first, named_last))) as issue,
        coalesce(invoice_date_first_date > $as_of, false) as is_future,
        if(duty = 'immovable', $statutory_immovable_years_cutoff_date, $statutory_years_cutoff_date) as other_cutoff_date,
        if(duty = 'oss', $statutory_oss_years_cutoff_date, other_cutoff_date) as last_overdue_date,
        [$statutory_years_cutoff_date, $statutory_oss_years_cutoff_date, $statutory_immovable_years_cutoff_date] as cutoff_dates,
        ended_on_first_date <= list_max(cutoff_dates) and ended_on_last_date > list_min(cutoff_dates) - interval 1 year as is_between,
        is_duty_unclear and coalesce(is_between, true) as is_undecided
    from closed

)

select
    source, file, row, record_key, snapshot_date, invoice_number, customer_id, duty, invoice_date_first_date, invoice_date_last_date,
    if(is_undecided, null, placed.ended_on_first_date) as ended_on_first_date,
    if(is_undecided, null, placed.ended_on_last_date) as ended_on_last_date,
    if(is_undecided, 'value not understood', placed.issue) as issue,
    is_future,
    case
        when is_undecided then null
        when placed.ended_on_first_date > last_overdue_date then true
        when placed.ended_on_last_date <= last_overdue_date then false
    end as is_floor_running
from placed
