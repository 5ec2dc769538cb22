-- Second and third step of a stamp: place what stamps_read.sql read (domain.md 2.2, zones), and judge it (2.3, bad stamps).

-- The instant of a reading as written. A stamp without offset stands in the source's zone; where the offset is known, counting takes
-- a tenth of the time that a time zone does. What is infinite has no count.
create macro stamp_instant(written_at, offset_minutes, zone) as case
    when offset_minutes is null then timezone(zone, written_at)
    when isfinite(written_at) then make_timestamptz(epoch_us(written_at) - 60000000 * offset_minutes)
    else timezone('UTC', written_at)
end;

-- Place: the interval of local dates, and of instants for stamps with a clock time. A date stands for itself in any zone,
-- except the day of an analytics property (is_zoned_day), which overlaps two local days when its zone is another one.
create macro stamp_place(stamp, zone, local_zone, is_zoned_day) as case
    when stamp.first_at is null then {
        'stamp': stamp, 'first_instant': cast(null as timestamptz), 'last_instant': cast(null as timestamptz),
        'first_date': cast(null as date), 'last_date': cast(null as date)
    }
    when stamp.is_timed then {
        'stamp': stamp,
        'first_instant': stamp_instant(stamp.first_at, stamp.offset_minutes, zone),
        'last_instant': stamp_instant(stamp.last_at, stamp.offset_minutes, zone),
        'first_date': cast(timezone(local_zone, stamp_instant(stamp.first_at, stamp.offset_minutes, zone)) as date),
        'last_date': cast(timezone(local_zone, stamp_instant(stamp.last_at, stamp.offset_minutes, zone)) as date)
    }
    when is_zoned_day and zone <> local_zone then {
        'stamp': stamp, 'first_instant': cast(null as timestamptz), 'last_instant': cast(null as timestamptz),
        'first_date': cast(timezone(local_zone, timezone(zone, stamp.first_at)) as date),
        'last_date': cast(timezone(local_zone, timezone(zone, stamp.last_at + interval 1 day - interval 1 microsecond)) as date)
    }
    else {
        'stamp': stamp, 'first_instant': timezone(local_zone, stamp.first_at), 'last_instant': timezone(local_zone, stamp.last_at),
        'first_date': cast(stamp.first_at as date), 'last_date': cast(stamp.last_at as date)
    }
end;

create macro stamp_is_sentinel(placed) as
    cast(placed.stamp.first_at as date) in (
        date '0001-01-01', date '1899-12-30', date '1899-12-31', date '1900-01-01', date '2038-01-19', date '9999-12-31', date '2999-12-31'
    )
    or (not placed.stamp.is_timed and placed.stamp.issue is null and placed.stamp.first_at = timestamp '1970-01-01 00:00:00')
    or (placed.stamp.is_timed and placed.stamp.first_at = timestamp '1970-01-01 00:00:00')
    or placed.first_instant in (timestamptz '1970-01-01 00:00:00+00', timestamptz '1969-12-31 23:00:00+00');

-- Would the number, read in another unit, give a date between the earliest plausible day and the extraction?
create macro stamp_fits_other_unit(placed, min_plausible, latest) as len(list_filter(
    [cast(1 as hugeint), cast(1000 as hugeint), cast(1000000 as hugeint)],
    lambda unit: unit <> placed.stamp.unit_micros
    and placed.stamp.epoch * unit >= epoch_us(cast(min_plausible as timestamp))
    and placed.stamp.epoch * unit <= epoch_us(latest)
)) > 0;

-- Judge: the DQ-TS code, in the order of domain.md 2.12; the first that fits names it. extracted_at NULL: future stamps can't be told.
create macro stamp_issue(placed, min_plausible, extracted_at, tolerance, local_zone, is_end) as case
    when placed.stamp.issue in ('DQ-TS-NULL', 'DQ-TS-PARSE', 'DQ-TS-SENTINEL') then placed.stamp.issue
    when stamp_is_sentinel(placed) then 'DQ-TS-SENTINEL'
    when is_end then placed.stamp.issue
    when placed.stamp.epoch is not null
        and (
            placed.first_date is null
            or placed.first_date < min_plausible
            or placed.first_instant > coalesce(extracted_at + tolerance, timestamptz '2100-01-01 00:00:00+00')
        )
        and stamp_fits_other_unit(placed, min_plausible, coalesce(extracted_at, timestamptz '2100-01-01 00:00:00+00'))
        then 'DQ-TS-UNIT'
    when placed.first_date is null and placed.stamp.epoch < 0 then 'DQ-TS-IMPLAUSIBLE'
    when placed.first_date is null then 'DQ-TS-FUTURE'
    when placed.last_date < min_plausible then 'DQ-TS-IMPLAUSIBLE'
    when placed.stamp.is_timed and placed.first_instant > extracted_at + tolerance then 'DQ-TS-FUTURE'
    when not placed.stamp.is_timed and placed.first_date > cast(timezone(local_zone, extracted_at + tolerance) as date) then 'DQ-TS-FUTURE'
    when placed.stamp.issue is null and placed.stamp.is_timed and placed.first_instant > extracted_at then 'DQ-TS-SKEW'
    when placed.stamp.issue is null and not placed.stamp.is_timed and placed.first_date > cast(timezone(local_zone, extracted_at) as date)
        then 'DQ-TS-SKEW'
    else coalesce(placed.stamp.issue, case when placed.first_date <> placed.last_date then 'DQ-TS-PRECISION' end)
end;

-- What is staged for a column: its value (NULL unless exact), the interval of local dates (NULL when unusable) and the issue.
-- A stamp slightly past the extraction counts as the extraction (DQ-TS-SKEW); an interval ends at the extraction at the latest.
create macro stamp_staged(placed, issue, extracted_at, local_zone) as case
    when issue = 'DQ-TS-SKEW' then {
        'at': extracted_at, 'first_date': cast(timezone(local_zone, extracted_at) as date),
        'last_date': cast(timezone(local_zone, extracted_at) as date), 'issue': issue
    }
    when issue in ('DQ-TS-AMBIGUOUS', 'DQ-TS-PRECISION') then {
        'at': cast(null as timestamptz), 'first_date': placed.first_date, 'last_date': greatest(
            placed.first_date, least(placed.last_date, coalesce(cast(timezone(local_zone, extracted_at) as date), placed.last_date))
        ), 'issue': issue
    }
    when issue is not null then {
        'at': cast(null as timestamptz), 'first_date': cast(null as date), 'last_date': cast(null as date), 'issue': issue
    }
    else {'at': placed.first_instant, 'first_date': placed.first_date, 'last_date': placed.last_date, 'issue': issue}
end;

-- An expiry far in the future is no sentinel to throw away: it says 'no end' (domain.md 2.3).
create macro stamp_staged_end(placed, issue) as case
    when issue = 'DQ-TS-SENTINEL' and placed.first_date >= date '2038-01-19' then {
        'at': placed.first_instant, 'first_date': placed.first_date, 'last_date': placed.last_date, 'issue': issue
    }
    when issue is not null and issue not in ('DQ-TS-AMBIGUOUS', 'DQ-TS-PRECISION') then {
        'at': cast(null as timestamptz), 'first_date': cast(null as date), 'last_date': cast(null as date), 'issue': issue
    }
    else {
        'at': case when issue is null then placed.first_instant end,
        'first_date': placed.first_date, 'last_date': placed.last_date, 'issue': issue
    }
end;

-- A date column's value: known to the day, or NULL.
create macro stamp_exact_date(staged) as case when staged.first_date = staged.last_date then staged.first_date end;

-- A missing stamp borrows bounds that the contract or the report names: a load date bounds it from above only (domain.md 2.3).
create macro stamp_bounded(staged, first_bound, last_bound) as case
    when staged.issue = 'DQ-TS-NULL' and last_bound is not null then {
        'at': cast(null as timestamptz), 'first_date': cast(first_bound as date), 'last_date': cast(last_bound as date),
        'issue': case when first_bound is null then 'DQ-TS-NULL' else 'DQ-TS-PRECISION' end
    }
    else staged
end;

-- The last day that a load date or partition can mean: '2023-05' is loaded by 31 May at the latest.
create macro stamp_last_date(load_text, zone, local_zone) as list_transform(
    [stamp_read_text(stamp_trimmed(load_text))],
    lambda stamp: case
        when stamp.is_timed then cast(timezone(local_zone, stamp_instant(stamp.last_at, stamp.offset_minutes, zone)) as date)
        else cast(stamp.last_at as date)
    end
)[1];
