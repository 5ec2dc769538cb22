-- Text as it is compared: without capitals, accents and spaces to spare.
create macro folded_text(cell) as nullif(lower(strip_accents(trim(regexp_replace(cell, '\s+', ' ', 'g')))), '');

-- What a website's name of a user is, where it is an e-mail address or the hash of one; NULL where it is neither.
create macro kind_of_address(name) as case
    when contains(name, '@') then 'email'
    when regexp_full_match(trim(name), '[0-9A-Fa-f]{32}') then 'email_md5'
    when regexp_full_match(trim(name), '[0-9A-Fa-f]{64}') then 'email_sha256'
end;
