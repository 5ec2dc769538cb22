-- When the statutory years of each payment begin: with its invoice's, else, where no invoice is known, with the year it was paid in.
-- One row a payment and export, with the columns of book_entry.
-- reads: payment, book_entry, book_year | binds: as_of, statutory_years_cutoff_date
with

known_invoice as (

    select
        invoice_number,
        max(duty) as duty,
        max(ended_on_first_date) as ended_on_first_date,
        case when count(ended_on_last_date) = count(*) then max(ended_on_last_date) end as ended_on_last_date,
        max(issue) as issue,
        case when bool_or(is_floor_running) then true when bool_and(not is_floor_running) then false end as is_floor_running
    from book_entry
    where invoice_number is not null
    group by invoice_number

),

by_itself as (

    select
        payment.source, payment.file, payment.row, payment.record_key, payment.snapshot_date, payment.customer_id, payment.invoice_number,
        payment.paid_at_first_date, payment.paid_at_last_date, payment.paid_at_issue as issue,
        earliest.ended_on as ended_on_first_date,
        latest.ended_on as ended_on_last_date
    from payment
    left join book_year as earliest
        on not earliest.is_calendar and payment.paid_at_first_date between earliest.starts_on and earliest.ended_on
    left join book_year as latest
        on not latest.is_calendar and payment.paid_at_last_date between latest.starts_on and latest.ended_on

)

select
    by_itself.source, by_itself.file, by_itself.row, by_itself.record_key, by_itself.snapshot_date,
    by_itself.customer_id, by_itself.paid_at_first_date, by_itself.paid_at_last_date,
    coalesce(known_invoice.duty, 'books') as duty,
    case when known_invoice.duty is null then by_itself.ended_on_first_date else known_invoice.ended_on_first_date end
        as ended_on_first_date,
    case when known_invoice.duty is null then by_itself.ended_on_last_date else known_invoice.ended_on_last_date end as ended_on_last_date,
    case when known_invoice.duty is null then by_itself.issue else known_invoice.issue end as issue,
    case
        when known_invoice.duty is not null then known_invoice.is_floor_running
        when by_itself.ended_on_first_date > $statutory_years_cutoff_date then true
        when by_itself.ended_on_last_date <= $statutory_years_cutoff_date then false
    end as is_floor_running,
    coalesce(by_itself.paid_at_first_date > $as_of, false) as is_future
from by_itself
left join known_invoice on by_itself.invoice_number = known_invoice.invoice_number
