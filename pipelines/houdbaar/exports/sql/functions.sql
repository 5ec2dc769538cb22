-- What transforms in contracts may call beside DuckDB's own text functions; the loader allows every macro by its name. Exports of
-- Google and Mailchimp have theirs in functions_google.sql and functions_mailchimp.sql, shops, CRMs and others in functions_systems.sql.
-- Each takes both kinds of an export's values: text (CSV, JSON, Avro) and a Parquet file's own types, hence the casts to varchar.

-- Text without the spaces around it; NULL when nothing is left.
create macro filled(cell) as nullif(
    regexp_replace(cast(cell as varchar), '^[\s\x{00a0}\x{200b}\x{feff}]+|[\s\x{00a0}\x{200b}\x{feff}]+$', '', 'g'), ''
);

-- A secret that is there: not one that was covered up ('********'), taken away, or that people wrote there is none of.
create macro kept_secret(cell) as case
    when not regexp_full_match(
        filled(cell),
        '[-.?*•·_ ]+|x{3,}|n/?a|n\.?v\.?t\.?|null|none|nil|nan|geen|leeg|onbekend|unknown|'
        || '[\[(<]?(redacted|removed|hidden|masked|deleted|empty|verwijderd|gewist|verborgen)[\])>]?',
        'i'
    ) then filled(cell)
end;

-- Text of Google's exports, whose word for nothing is '(not set)'. Millions of events call it: trim() takes a tenth of filled()'s time.
create macro given(cell) as nullif(nullif(trim(cast(cell as varchar)), ''), '(not set)');

-- granted, denied or unset, from the words that Google's and others' consent fields use; NULL when the export says nothing.
create macro consent_state(cell) as case lower(trim(cast(cell as varchar)))
    when 'yes' then 'granted'
    when 'granted' then 'granted'
    when 'true' then 'granted'
    when '1' then 'granted'
    when 'no' then 'denied'
    when 'denied' then 'denied'
    when 'false' then 'denied'
    when '0' then 'denied'
    else if(filled(cell) is null, null, 'unset')
end;

-- Pairs made of single columns: LIST(STRUCT(key, value)) without the empty ones.
create macro filled_pairs(pairs) as list_filter(
    list_transform(pairs, lambda p: {'key': p.key, 'value': filled(p.value)}), lambda pair: pair.value is not null
);

-- JSON text in a cell, as TO_JSON_STRING writes it. What is no JSON is NULL, not an error.
create macro json_cell(cell) as case when json_valid(cast(cell as varchar)) then cast(cell as varchar) end;

-- A field of JSON text in a cell, by its path such as '$.web_info.browser'.
create macro json_field(cell, field_path) as json_extract_string(json_cell(cell), field_path);

-- The last part of a file's path, in lower case; archive members stand behind '!'.
create macro base_name(file_name) as regexp_extract(lower(file_name), '[^/!]*$');

-- LIST(STRUCT(key, value)) from a list of such pairs, or from the same as JSON text in a cell.
create macro pairs(cell) as from_json(
    case when typeof(cell) = 'VARCHAR' then json_cell(cast(cell as varchar)) else cast(to_json(cell) as varchar) end,
    '[{"key":"VARCHAR","value":"VARCHAR"}]'
);

-- A stamp whose maker writes UTC without saying so.
create macro utc_stamp(cell) as case
    when regexp_matches(filled(cell), '[ T]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?$') then filled(cell) || 'Z'
    else filled(cell)
end;
