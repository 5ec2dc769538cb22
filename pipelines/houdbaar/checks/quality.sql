-- What several checks of quality say in the same words.

-- One address, perhaps with a display name or 'mailto:' around it (domain.md 4.1).
create macro is_address(cell) as coalesce(regexp_matches(
    regexp_replace(regexp_replace(normalised_email(cell), '^[^<>]*<([^<>]*)>$', '\1'), '^mailto:', ''),
    '^("[^"@]+"|[^\s@<>(),;:"\\]+)@([\p{L}\p{N}]([\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+[\p{L}][\p{L}\p{N}-]*[\p{L}\p{N}]$'
), false);

-- Row numbers as the ranges of a finding.
create macro row_pieces(numbers) as list_transform(list_sort(list_distinct(numbers)), lambda number: {'first': number, 'last': number});
