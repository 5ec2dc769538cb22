-- What staging needs besides stamps: text, numbers and keys. Identifiers stay text, always (formats.md 0, traps 1 and 2).
-- Each of millions of cells passes here: what nearly all are comes first, and takes no regular expression.

create macro text_value(cell) as case when cell <> '' then cell end;

-- An identifier from a spreadsheet: '5.26526E+17' is a number that lost its last digits, and nobody's id. Hexadecimal ids have no '+'.
create macro text_exact(cell) as case
    when not contains(cell, '+') then text_value(cell)
    when not regexp_matches(trim(cell), '^[+-]?\d+([.,]\d+)?[eE]\+\d+$') then text_value(cell)
end;

-- An e-mail address, or NULL where people wrote that there is none (the words of domain.md 2.3): that is no bad address, and no key.
create macro text_email(cell) as case
    when contains(cell, '@') then cell
    when not regexp_full_match(
        trim(cell), '|[-.?*]+|\\n|n/?a|n\.?v\.?t\.?|null|none|nan|nil|geen|leeg|onbekend|unknown|undefined|\(not set\)', 'i'
    ) then cell
end;

create macro text_boolean(cell) as case
    when cell = 'true' then true
    when cell = 'false' then false
    when lower(trim(cell)) in ('true', 't', 'yes', 'y', 'ja', 'j', '1', 'waar', 'on') then true
    when lower(trim(cell)) in ('false', 'f', 'no', 'n', 'nee', '0', 'onwaar', 'off') then false
end;

create macro text_integer(cell) as case when regexp_matches(trim(cell), '^[+-]?\d{1,18}$') then try_cast(trim(cell) as bigint) end;

-- '1234.50', '1.234,50' and '1234,50'. A lone '2.546' is read as written in SQL; nothing that is judged hangs on it.
create macro text_number(cell) as case
    when regexp_matches(trim(cell), '^[+-]?\d+(\.\d+)?$') then try_cast(trim(cell) as double)
    when regexp_matches(trim(cell), '^[+-]?\d+,\d+$') then try_cast(replace(trim(cell), ',', '.') as double)
    when regexp_matches(trim(cell), '^[+-]?\d{1,3}(\.\d{3})+(,\d+)?$')
        then try_cast(replace(replace(trim(cell), '.', ''), ',', '.') as double)
end;

-- A count of people or sessions in a report: '1.204' and '1,204' are both one thousand two hundred and four.
create macro text_count(cell) as try_cast(nullif(regexp_replace(cell, '[^0-9]', '', 'g'), '') as bigint);

create macro is_uncast(cell, cast_value) as case
    when cast_value is not null or cell is null then false
    else lower(trim(cell)) not in ('', 'null', '\n', 'n/a', 'none', 'n.v.t.', '-', '(not set)')
end;

create macro stamp_is_naive(placed) as
    placed.stamp.is_timed and placed.stamp.offset_minutes is null and placed.stamp.first_at is not null;

-- Of a clock that was put forward, the hour in between: what is written there, put on the clock and read off again, is another time.
create macro stamp_is_skipped(placed, zone) as coalesce(
    stamp_is_naive(placed) and timezone(zone, timezone(zone, placed.stamp.first_at)) <> placed.stamp.first_at, false
);

-- Whether a text has anything but ASCII, or any white space: a regular expression takes three times as long.
create macro has_space_or_letters_beyond_ascii(cell) as
    strlen(cell) <> length(cell)
    or contains(cell, ' ') or contains(cell, chr(9)) or contains(cell, chr(10)) or contains(cell, chr(12)) or contains(cell, chr(13));

-- Whether something may stand around an address: 'Jan <jan@x.nl>', 'mailto:jan@x.nl', '"jan@x.nl"', 'jan@x.nl;'.
create macro may_be_wrapped(cell) as
    contains(cell, '<') or contains(cell, ':') or contains(cell, ';') or contains(cell, ',') or contains(cell, '"') or contains(cell, '''')
    or ends_with(cell, '.');

-- Most addresses are plain: those have one form, lower case. Of others, what nobody sees and what stands around them goes (domain.md 4.1),
-- and a domain comes to stand in letters: bare_email is exports/addresses.py's.
create macro normalised_email(cell) as nullif(
    if(has_space_or_letters_beyond_ascii(cell) or may_be_wrapped(cell) or contains(cell, '--'), bare_email(cell), lower(cell)), ''
);

-- A member without an address is known by its hash (formats.md 3c).
create macro member_key(email, email_md5) as coalesce(normalised_email(email), nullif(lower(trim(email_md5)), ''));

create macro person_of(email, email_md5) as coalesce(md5(normalised_email(email)), nullif(lower(trim(email_md5)), ''));

create macro with_country(digits) as regexp_replace(case
    when regexp_matches(digits, '^(00|\+)') then regexp_replace(digits, '^(00|\+)', '')
    else regexp_replace(regexp_replace(digits, '^0', '31'), '^([1-9]\d{8})$', '31\1')
end, '^310', '31');

-- A telephone number as digits with its country, without an extension: '06…', '+31 (0)6…' and '6…' are one, as a number that names no
-- country is Dutch. An Italian number keeps its zero.
create macro dialled(value) as with_country(regexp_replace(
    regexp_replace(value, '(;ext=|\bext(ension)?\b|\btoestel\b|\btst\b|\bdoorkiesnr\b|x|#)[\s.:]*\d{1,7}$', '', 'i'),
    if(regexp_matches(value, '^\s*(\+|00)\s*39'), '[^0-9+]', '\(\s*0\s*\)|[^0-9+]'), '', 'g'
));

-- An identifier as it is compared, by its kind (entities.md). Client ids stand with and without the cookie's prefix.
create macro identifier_key(kind, value) as nullif(case kind
    when 'email' then normalised_email(value)
    when 'email_md5' then lower(trim(value))
    when 'phone' then dialled(value)
    when 'iban' then regexp_replace(upper(regexp_replace(value, '[^0-9A-Za-z]', '', 'g')), '^IBAN', '')
    when 'client_id' then regexp_replace(trim(value), '^GA\d\.\d+\.', '')
    when 'order_id' then trim(regexp_replace(trim(value), '^#', ''))
    else trim(value)
end, '');

-- The parts of a lasting key joined by U+001F (design 4); NULL when every part is missing.
create macro record_key_of(parts) as case
    when len(list_filter(parts, lambda part: part is not null)) > 0
        then array_to_string(list_transform(parts, lambda part: coalesce(part, '')), chr(31))
end;

-- HMAC-SHA-256 of a text, as hexadecimal. The pads are the key exclusive-or 0x36 and 0x5c (RFC 2104), each 64 bytes.
create macro hmac(secret, inner_pad, outer_pad) as sha256(outer_pad || unhex(sha256(inner_pad || encode(secret))));
