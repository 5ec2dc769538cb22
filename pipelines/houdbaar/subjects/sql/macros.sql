-- Text as it is compared: without capitals, accents and spaces to spare.
create macro folded_text(cell) as nullif(lower(strip_accents(trim(regexp_replace(cell, '\s+', ' ', 'g')))), '');

-- What a website's name of a user is, where it is an e-mail address or the hash of one; NULL where it is neither.
create macro kind_of_address(name) as case
    when contains(name, '@') then 'email'
    when regexp_full_match(trim(name), '[0-9A-Fa-f]{32}') then 'email_md5'
    when regexp_full_match(trim(name), '[0-9A-Fa-f]{64}') then 'email_sha256'
end;

-- What explanations may show of a text: enough to recognise, not enough to use.
create macro masked_text(cell) as case
    when contains(cell, '@')
        then
        left(cell, 1) || '***@' || left(substr(cell, strpos(cell, '@') + 1), 1) || '***.'
        || string_split(substr(cell, strpos(cell, '@') + 1), '.')[-1]
    when length(cell) > 3 then left(cell, 1) || '***' || right(cell, 1)
    else '***'
end;

-- The part of a key that is shown masked: what a system or a list gave out stands behind it.
create macro told_part(kind, value) as
string_split(value, chr(31))[if(kind in ('contact_id', 'account_id', 'username', 'list_member'), -1, 1)];

-- One step of an explanation, as JSON: what stands before and after the row that it leads to.
create macro path_step_start(from_row) as '{"from":' || to_json(from_row) || ',"to":';
create macro path_step_end(kind, shown, tier, rule, normaliser) as ',' || substr(
    json_object('key', kind, 'value', shown, 'strength', tier, 'rule', rule, 'normaliser', normaliser), 2
);
