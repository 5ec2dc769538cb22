-- Invoice numbers in the order of their series, each with how many are missing before it; a number that any export holds is there.
-- present of span: how much of a series is there at all. width: digits of its shortest number.
-- reads: book_entry
with

-- A series is what stands before the last digits, and the year where the digits begin with it.
numbered as (

    select
        source, file, row, invoice_date_first_date, invoice_date_last_date, is_floor_running,
        regexp_extract(invoice_number, '^(.*?)(\d{1,15})$', 1) as prefix,
        regexp_extract(invoice_number, '^(.*?)(\d{1,15})$', 2) as digits,
        case
            when length(digits) >= 7 and left(digits, 4) = cast(year(invoice_date_first_date) as varchar) then left(digits, 4) else ''
        end as year_prefix
    from book_entry
    where invoice_number is not null and not is_future

),

counted as (

    select
        prefix || year_prefix as series, try_cast(substr(digits, 1 + length(year_prefix)) as bigint) as number, source,
        max(file) as file, arg_max(row, file) as row, min(length(digits) - length(year_prefix)) as digits,
        max(invoice_date_first_date) as first_date, max(invoice_date_last_date) as last_date,
        bool_or(is_floor_running) as is_floor_running
    from numbered
    where digits <> ''
    group by series, number, source

)

select
    series, number, source, file, row, first_date, last_date, is_floor_running,
    number - lag(number) over in_order - 1 as gap_size,
    min(digits) over (partition by series) as width,
    lag(first_date) over in_order as before_first_date,
    lag(is_floor_running) over in_order as is_floor_running_before,
    max(number) over (partition by series) - min(number) over (partition by series) + 1 as span,
    count(*) over (partition by series) as present
from counted
window in_order as (partition by series order by number, source)
