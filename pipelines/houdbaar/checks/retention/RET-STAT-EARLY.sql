-- RET-STAT-EARLY: invoice numbers missing from a series while the law still asks for them
-- clause: C-51-3 | grain: source | entity: invoice | reads: invoice_series, gone_entry | binds: inner_pad, outer_pad
-- A gap is all that one run can see; a number that an earlier run saw has a line of its own: RET-STAT-EARLY-RUN.sql.
with

-- As the series writes them.
missing_number as (

    select
        series, number, source,
        cast(unnest(range(number - gap_size, number)) as varchar) as digits,
        lpad(digits, cast(greatest(width, length(digits)) as integer), '0') as padded_number
    from invoice_series
    where gap_size > 0 and 2 * present >= span

),

told as (

    select missing_number.series, missing_number.number, missing_number.source, count(distinct missing_number.digits) as told
    from missing_number
    inner join gone_entry
        on hmac(missing_number.series || missing_number.padded_number, $inner_pad, $outer_pad) = gone_entry.keyed_record_key
    where gone_entry.entity = 'invoice'
    group by missing_number.series, missing_number.number, missing_number.source

),

-- A series of which most is missing is no series. A gap is a line of its own, at the invoice that follows it.
judged as (

    select
        invoice_series.*,
        invoice_series.gap_size - coalesce(told.told, 0) as missing,
        2 * invoice_series.present < invoice_series.span as is_loose,
        case
            when is_loose then 'UNDETERMINED'
            when coalesce(missing, 0) < 1 then 'PASS'
            when invoice_series.is_floor_running_before and invoice_series.is_floor_running then 'FAIL'
            when not invoice_series.is_floor_running and invoice_series.is_floor_running_before is not true then 'PASS'
            else 'UNDETERMINED'
        end as verdict,
        case when verdict = 'FAIL' then invoice_series.file end as gap_file,
        case when verdict = 'FAIL' then invoice_series.series || ' before ' || invoice_series.number end as gap,
        case
            when verdict = 'FAIL' then 'numbers missing'
            when is_loose then 'numbers do not follow one another'
            when verdict = 'UNDETERMINED' then 'numbers missing, perhaps after their years'
        end as reason
    from invoice_series
    left join told on invoice_series.series = told.series and invoice_series.number = told.number and invoice_series.source = told.source

)

select
    source, gap_file as file, gap as record_key, verdict, reason,
    sum(case when verdict = 'FAIL' then missing else 1 end) as records,
    case when verdict = 'FAIL' then list({'first': row, 'last': row}) end as ranges,
    min(before_first_date) as first_trigger, max(last_date) as last_trigger
from judged
group by source, gap_file, gap, verdict, reason
