-- Text as it is compared: without capitals, accents and spaces to spare.
create macro folded_text(cell) as nullif(lower(strip_accents(trim(regexp_replace(cell, '\s+', ' ', 'g')))), '');
