-- Orders of somebody who was erased, while the years of the books run or may run, that no invoice found with them shows, by its number or
-- by the same amount soon after: each may be the only book of its sale, so that the plan left it to a person (domain.md 2.7). One row each
-- and request.
-- reads: erased_found, order, invoice, book_year | binds: statutory_years_cutoff_date, invoiced_within_days
with

ordered as (

    select
        source, file, row, identifier_key('order_id', order_id) as number, total, ordered_at_first_date as ordered_on,
        ordered_at_first_date + $invoiced_within_days as invoiced_by, ordered_at_last_date as ordered_to
    from "order"

),

sale as (

    select
        found.source, found.file, found.row, found.found_source, found.found_file, found.found_row,
        ordered.number, ordered.total, ordered.ordered_on, ordered.invoiced_by
    from erased_found as found
    inner join ordered on found.found_source = ordered.source and found.found_file = ordered.file and found.found_row = ordered.row
    left join book_year
        on not book_year.is_calendar and ordered.ordered_to between book_year.starts_on and book_year.ended_on
    where coalesce(book_year.ended_on, ordered.ordered_to, date '9999-12-31') > $statutory_years_cutoff_date

),

booked as (

    select
        found.source, found.file, found.row, invoice.invoice_date_first_date as invoiced_on, invoice.amount,
        invoice.amount + coalesce(invoice.vat, 0) as gross,
        unnest([
            identifier_key('order_id', invoice.payment_reference), identifier_key('order_id', invoice.invoice_number)
        ]) as number
    from erased_found as found
    inner join invoice on found.found_source = invoice.source and found.found_file = invoice.file and found.found_row = invoice.row

)

select distinct source, file, row, found_source, found_file, found_row
from sale
where
    not exists (
        select 1 from booked
        where
            booked.source = sale.source and booked.file = sale.file and booked.row = sale.row
            and (
                booked.number = sale.number
                or (
                    sale.total in (booked.amount, booked.gross)
                    and booked.invoiced_on between sale.ordered_on and sale.invoiced_by
                )
            )
    )
