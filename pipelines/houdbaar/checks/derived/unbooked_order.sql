-- Orders that no invoice names by their number, while the years of the books run or may run: each may be the only book of its sale, so that
-- an erasure's plan leaves it to a person (domain.md 2.7). One row an order and export.
-- reads: order, invoice, book_year | binds: statutory_years_cutoff_date
with

named as (

    select trim(payment_reference) as order_id from invoice
    union
    select trim(invoice_number) as order_id from invoice

)

select ordered.source, ordered.file, ordered.row
from "order" as ordered
left join book_year
    on not book_year.is_calendar and ordered.ordered_at_last_date between book_year.starts_on and book_year.ended_on
left join named on trim(ordered.order_id) = named.order_id
where coalesce(book_year.ended_on > $statutory_years_cutoff_date, true) and named.order_id is null
