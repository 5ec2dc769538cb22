-- How a stamp in an export becomes local dates, step by step: read (what stands there; here), place (where on the clock) and judge
-- (can it be used; both in stamps_place.sql). domain.md 2.3 (bad stamps). Every reader gives the same STRUCT:
--   first_at, last_at TIMESTAMP: the earliest and latest reading as written; is_timed: has a clock time; offset_minutes: NULL when the
--   stamp names no zone; epoch HUGEINT, unit_micros HUGEINT: for numbers; issue: DQ-TS code or NULL.

create macro stamp_made(first_at, last_at, is_timed, offset_minutes, epoch, unit_micros, issue) as {
    'first_at': cast(first_at as timestamp),
    'last_at': cast(last_at as timestamp),
    'is_timed': cast(is_timed as boolean),
    'offset_minutes': cast(offset_minutes as bigint),
    'epoch': cast(epoch as hugeint),
    'unit_micros': cast(unit_micros as hugeint),
    'issue': cast(issue as varchar)
};

create macro stamp_bad(code) as stamp_made(null, null, false, null, null, null, code);

-- Text is trimmed once, before it is read: each macro that follows names its argument many times over.
-- NBSP and zero-width spaces come along with copied cells; trim() leaves them.
create macro stamp_trimmed(stamp) as regexp_replace(
    cast(stamp as varchar), '^[\s\x{00a0}\x{200b}\x{feff}'']+|[\s\x{00a0}\x{200b}\x{feff}]+$', '', 'g'
);

create macro stamp_is_null(stamp) as
    stamp is null
    or lower(stamp) in (
        '', 'n/a', 'na', '-', 'null', '\n', 'none', 'nan', 'nat', 'onbekend', 'n.v.t.', 'nvt', 'unknown', '(not set)'
    );

create macro stamp_offset(stamp) as case
    when not regexp_matches(stamp, ':\d{2}([.,]\d+)?\s*(Z|z|UTC|[+-]\d{2}(:?\d{2})?)$') then null
    when regexp_matches(stamp, '(Z|z|UTC)$') then 0
    else (case when regexp_extract(stamp, '([+-])\d{2}:?(\d{2})?$', 1) = '-' then -1 else 1 end) * (
        60 * cast(regexp_extract(stamp, '[+-](\d{2}):?(\d{2})?$', 1) as bigint)
        + coalesce(try_cast(regexp_extract(stamp, '[+-]\d{2}:?(\d{2})$', 1) as bigint), 0)
    )
end;

-- '2024', '2024-09', '2024-Q3', 'Q3 2024': an interval, given by its first day; its length in months stands beside it.
create macro stamp_span_start(stamp) as case
    when regexp_matches(stamp, '^\d{4}$') then try_cast(stamp || '-01-01' as timestamp)
    when regexp_matches(stamp, '^\d{4}[-/]\d{2}$') then try_cast(replace(stamp, '/', '-') || '-01' as timestamp)
    when regexp_matches(stamp, '^\d{2}[-/]\d{4}$') then try_cast(right(stamp, 4) || '-' || left(stamp, 2) || '-01' as timestamp)
    when regexp_matches(stamp, '^(?i)\d{4}[- ]?Q[1-4]$')
        then try_cast(
            left(stamp, 4) || '-' || lpad(cast(3 * cast(right(stamp, 1) as integer) - 2 as varchar), 2, '0') || '-01' as timestamp
        )
    when regexp_matches(stamp, '^(?i)Q[1-4][- ]?\d{4}$')
        then try_cast(right(stamp, 4) || '-' || lpad(cast(3 * cast(stamp[2] as integer) - 2 as varchar), 2, '0') || '-01' as timestamp)
end;

create macro stamp_span_months(stamp) as case
    when regexp_matches(stamp, '^\d{4}$') then 12
    when regexp_matches(stamp, '(?i)Q') then 3
    else 1
end;

create macro stamp_read_span(stamp) as list_transform(
    [stamp_span_start(stamp)],
    lambda first_at: case
        when first_at is null then stamp_bad('DQ-TS-PARSE')
        else stamp_made(
            first_at, first_at + to_months(stamp_span_months(stamp)) - interval 1 day, false, null, null, null, 'DQ-TS-PRECISION'
        )
    end
)[1];

-- '3-4-2025 09:30' read as day-month or as month-day; NULL where that reading is no date.
create macro stamp_european(stamp, month_text, day_text) as try_cast(
    regexp_extract(stamp, '^\d{1,2}[-/.]\d{1,2}[-/.](\d{4})', 1) || '-' || lpad(month_text, 2, '0') || '-' || lpad(day_text, 2, '0')
    || coalesce(' ' || nullif(regexp_extract(stamp, '[T ](\d{2}:\d{2}(?::\d{2})?)', 1), ''), '') as timestamp
);

create macro stamp_day_first(stamp) as stamp_european(
    stamp, regexp_extract(stamp, '^\d{1,2}[-/.](\d{1,2})', 1), regexp_extract(stamp, '^(\d{1,2})', 1)
);

create macro stamp_month_first(stamp) as stamp_european(
    stamp, regexp_extract(stamp, '^(\d{1,2})', 1), regexp_extract(stamp, '^\d{1,2}[-/.](\d{1,2})', 1)
);

-- Regular expressions are compiled wherever they are named, once a query: what is needed twice is made once, as an element of a list.
create macro stamp_read_european(stamp) as list_transform(
    [{'day_first': stamp_day_first(stamp), 'month_first': stamp_month_first(stamp)}],
    lambda reading: case
        when reading.day_first is null and reading.month_first is null then stamp_bad('DQ-TS-PARSE')
        else stamp_made(
            least(reading.day_first, reading.month_first), greatest(reading.day_first, reading.month_first),
            contains(stamp, ':'), stamp_offset(stamp), null, null,
            case when reading.day_first <> reading.month_first then 'DQ-TS-AMBIGUOUS' end
        )
    end
)[1];

-- The written clock time without its offset. Only a stamp with a clock time has one: the day of a bare date looks like it.
create macro stamp_without_offset(stamp) as case
    when contains(stamp, ':') then regexp_replace(stamp, '\s*(Z|z|UTC|[+-]\d{2}(:?\d{2})?)$', '')
    else stamp
end;

create macro stamp_iso(stamp) as try_cast(replace(replace(stamp_without_offset(stamp), 'T', ' '), ',', '.') as timestamp);

-- Text without a declared format: ISO 8601 with T or a space, YYYYMMDD, a span, or two readings of d-m-y (domain.md 2.3, entities.md).
create macro stamp_read_text(stamp) as case
    when stamp_is_null(stamp) then stamp_bad('DQ-TS-NULL')
    when regexp_matches(stamp, '^(0000-00-00|00-00-0000|00/00/0000)') then stamp_bad('DQ-TS-SENTINEL')
    when regexp_matches(
        stamp,
        '^\d{4}-\d{2}-\d{2}([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d([.,]\d+)?)?\s*(Z|z|UTC|[+-](0\d|1[0-4])(:?[0-5]\d)?)?)?$'
    ) then case
        when try_cast(left(stamp, 10) as date) is null then stamp_bad('DQ-TS-PARSE')
        else stamp_made(stamp_iso(stamp), stamp_iso(stamp), contains(stamp, ':'), stamp_offset(stamp), null, null, null)
    end
    when regexp_matches(stamp, '^\d{8}$') then case
        when try_strptime(stamp, '%Y%m%d') is null then stamp_bad('DQ-TS-PARSE')
        else stamp_made(try_strptime(stamp, '%Y%m%d'), try_strptime(stamp, '%Y%m%d'), false, null, null, null, null)
    end
    when regexp_matches(
        stamp,
        '^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?\s*(Z|z|UTC|[+-](0\d|1[0-4])(:?[0-5]\d)?)?)?$'
    ) then stamp_read_european(stamp)
    else stamp_read_span(stamp)
end;

-- All stamps of a row that are such text: the longest macro of all is put into a query once.
create macro stamps_read_text(stamps) as list_transform(stamps, lambda stamp: stamp_read_text(stamp));

-- Text with the contract's one declared format; an offset, where the format has one, is cut off first (%z would change the type).
create macro stamp_read_format(stamp, pattern, is_timed, has_offset) as case
    when stamp_is_null(stamp) then stamp_bad('DQ-TS-NULL')
    when regexp_matches(stamp, '^(0000-00-00|00-00-0000|00/00/0000|00000000)') then stamp_bad('DQ-TS-SENTINEL')
    when has_offset and stamp_offset(stamp) is null then stamp_bad('DQ-TS-PARSE')
    when try_strptime(case when has_offset then stamp_without_offset(stamp) else stamp end, pattern) is null then stamp_bad('DQ-TS-PARSE')
    else stamp_made(
        try_strptime(case when has_offset then stamp_without_offset(stamp) else stamp end, pattern),
        try_strptime(case when has_offset then stamp_without_offset(stamp) else stamp end, pattern),
        is_timed, case when has_offset then stamp_offset(stamp) end, null, null, null
    )
end;

-- A number of micro-, milli- or seconds since 1970 UTC; beyond the year 9999 it has no reading, only a number.
create macro stamp_read_number(stamp, unit_micros) as case
    when stamp is null then stamp_bad('DQ-TS-NULL')
    when not isfinite(cast(stamp as double)) then stamp_bad('DQ-TS-PARSE')
    when abs(stamp * cast(unit_micros as hugeint)) > 253402300799999999 then stamp_made(null, null, true, 0, stamp, unit_micros, null)
    else stamp_made(
        make_timestamp(cast(stamp * cast(unit_micros as hugeint) as bigint)),
        make_timestamp(cast(stamp * cast(unit_micros as hugeint) as bigint)),
        true, 0, stamp, unit_micros, null
    )
end;

create macro stamp_read_epoch(stamp, unit_micros) as case
    when stamp_is_null(stamp) then stamp_bad('DQ-TS-NULL')
    when not regexp_matches(stamp, '^-?\d{1,18}(\.0+)?$') then stamp_bad('DQ-TS-PARSE')
    else stamp_read_number(try_cast(regexp_replace(stamp, '\.0+$', '') as hugeint), unit_micros)
end;

-- Columns that a Parquet file has typed already.
create macro stamp_read_day(stamp) as case
    when stamp is null then stamp_bad('DQ-TS-NULL')
    else stamp_made(stamp, stamp, false, null, null, null, null)
end;

create macro stamp_read_naive(stamp) as case
    when stamp is null then stamp_bad('DQ-TS-NULL')
    else stamp_made(cast(stamp as timestamp), cast(stamp as timestamp), true, null, null, null, null)
end;

create macro stamp_read_instant(stamp) as case
    when stamp is null then stamp_bad('DQ-TS-NULL')
    else stamp_made(timezone('UTC', cast(stamp as timestamptz)), timezone('UTC', cast(stamp as timestamptz)), true, 0, null, null, null)
end;
