-- What several checks of quality say in the same words.

-- One address, perhaps with a display name or 'mailto:' around it (domain.md 4.1).
create macro is_address(cell) as is_bare_address(normalised_email(cell));

-- Letters of all languages make an expression long: wherever one names them, it takes milliseconds to make. So the form is asked first;
-- then that the last of the host's names has two signs or more, and no digit first; and that no name is empty or has a hyphen at an end.
create macro is_bare_address(cell) as coalesce(
    regexp_matches(cell, '^("[^"@]+"|[^\s@<>(),;:"\\]+)@[\p{L}\p{N}.-]+$')
    and regexp_matches(cell, '@.*\.[^.]{2,}$')
    and not regexp_matches(cell, '\.\p{N}[^.@]*$')
    and not regexp_matches(cell, '@[.-]|([.-]\.|\.-)[^@]*$|[.-]$'),
    false
);

-- Row numbers as the ranges of a finding.
create macro row_pieces(numbers) as list_transform(list_sort(list_distinct(numbers)), lambda number: {'first': number, 'last': number});
