-- RET-STAT-EARLY: invoice numbers missing from a series while the law still asks for them
-- clause: C-51-3 | grain: source | entity: invoice | reads: book_entry
-- A gap is all that one run can see: that an invoice was there in an earlier run can be compared only once there is a ledger.
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

-- A number that any export holds is there.
counted as (

    select
        prefix || year_prefix as series, try_cast(substr(digits, 1 + length(year_prefix)) as bigint) as number, source,
        max(file) as file, arg_max(row, file) as row,
        max(invoice_date_first_date) as first_date, max(invoice_date_last_date) as last_date,
        bool_or(is_floor_running) as is_floor_running
    from numbered
    where digits <> ''
    group by series, number, source

),

followed as (

    select
        *,
        number - lag(number) over in_order - 1 as missing,
        lag(first_date) over in_order as before_first_date,
        lag(is_floor_running) over in_order as is_floor_running_before,
        max(number) over (partition by series) - min(number) over (partition by series) + 1 as span,
        count(*) over (partition by series) as present
    from counted
    window in_order as (partition by series order by number, source)

),

-- A series of which most is missing is no series. A gap is a line of its own, at the invoice that follows it.
judged as (

    select
        *,
        2 * present < span as is_loose,
        case
            when is_loose then 'UNDETERMINED'
            when coalesce(missing, 0) < 1 then 'PASS'
            when is_floor_running_before then 'FAIL'
            when not is_floor_running then 'PASS'
            else 'UNDETERMINED'
        end as verdict,
        case when verdict = 'FAIL' then file end as gap_file,
        case when verdict = 'FAIL' then series || ' before ' || number end as gap,
        case
            when verdict = 'FAIL' then 'numbers missing'
            when is_loose then 'numbers do not follow one another'
            when verdict = 'UNDETERMINED' then 'numbers missing, perhaps after their years'
        end as reason
    from followed

)

select
    source, gap_file as file, gap as record_key, verdict, reason,
    sum(case when verdict = 'FAIL' then missing else 1 end) as records,
    case when verdict = 'FAIL' then list({'first': row, 'last': row}) end as ranges,
    min(before_first_date) as first_trigger, max(last_date) as last_trigger
from judged
group by source, gap_file, gap, verdict, reason
