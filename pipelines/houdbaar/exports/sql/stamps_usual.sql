-- A moment as most systems write it: '2026-03-29 10:15:00', also with T, and with Z or +00:00 for UTC; a day, '2026-03-29'; or nothing.
-- Where nothing is odd about it, it is placed at once; all else goes through stamps_read.sql and stamps_place.sql, which give the same.

-- What stands there, if it is written so.
create macro usual_written(cell) as case
    when length(cell) <= 19 then try_cast(cell as timestamp)
    else try_cast(left(cell, 19) as timestamp)
end;

-- Whether it is written as DuckDB itself would write it.
create macro is_written_usually(cell, written_at) as case
    when length(cell) = 19 and not contains(cell, 'T') then cast(written_at as varchar) = cell
    when length(cell) = 19 or substr(cell, 20) in ('Z', '+00:00') then cast(written_at as varchar) = replace(left(cell, 19), 'T', ' ')
    else length(cell) = 10 and cast(cast(written_at as date) as varchar) = cell
end;

-- How many minutes the zone's clocks are ahead of UTC all through the week of a moment; NULL where they change, and outside of the years.
-- Asked of the zone itself, each moment takes ten times as long.
create macro usual_ahead(written_at, ahead_by_week, first_week) as
    list_extract(ahead_by_week, greatest(epoch_us(written_at) // (7 * 86400000000) - first_week + 1, 0)); -- below 0 counts from the end

create macro usual_moved(written_at, minutes) as epoch_us(written_at) + minutes * 60000000;

create macro usual_instant(cell, written_at, ahead, zone, local_zone) as case
    when not is_written_usually(cell, written_at) then null
    when length(cell) = 19 then coalesce(make_timestamptz(usual_moved(written_at, -ahead)), timezone(zone, written_at))
    when length(cell) = 10 then timezone(local_zone, written_at)
    else make_timestamptz(epoch_us(written_at))
end;

-- What is staged (stamp_staged), or NULL where something may be odd: before `low`, after `high`, or at a time that a clock change skipped.
create macro usual_placed(cell, written_at, ahead, instant, low, high, zone, local_zone) as case
    when cell is null or cell = '' then {
        'at': cast(null as timestamptz), 'first_date': cast(null as date), 'last_date': cast(null as date), 'issue': 'DQ-TS-NULL'
    }
    when instant is null or instant < low or instant > high then null
    when length(cell) = 10 then usual_staged(instant, cast(written_at as date))
    when length(cell) = 19 and ahead is null and timezone(zone, instant) <> written_at then null
    when length(cell) = 19 and zone = local_zone then usual_staged(instant, cast(written_at as date))
    when zone = local_zone and ahead is not null then usual_staged(instant, cast(make_timestamp(usual_moved(written_at, ahead)) as date))
    else usual_staged(instant, cast(timezone(local_zone, instant) as date))
end;

create macro usual_staged(instant, local_day) as {
    'at': instant, 'first_date': local_day, 'last_date': local_day, 'issue': cast(null as varchar)
};

create macro usual_is_naive(cell, placed) as coalesce(placed is not null and length(cell) = 19, false);

-- What was placed at once is not read again.
create macro usual_or_trimmed(placed, cell) as case when placed is null then stamp_trimmed(cell) end;
