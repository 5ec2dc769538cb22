"""The model by which `candidates` scores pairs of rows (Fellegi and Sunter): what is compared, and what agreement is worth.

Each level of a comparison has two chances: that rows of one person stand in it, set here by judgement and never learnt, so that no
run can drift; and that rows of two strangers do, learnt from the rows themselves where there are enough, unless it is fixed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from splink import SettingsCreator
    from splink.internals.comparison_creator import ComparisonCreator
    from splink.internals.comparison_level_creator import ComparisonLevelCreator

# Fewer rows teach nothing about how often strangers agree.
ENOUGH_ROWS = 1000


@dataclass(frozen=True, slots=True)
class _Level:
    """A condition over the columns of the left row (`_l`) and the right (`_r`), its two chances, and whether the second is fixed.

    `is_by_name`: the second depends on the name itself; two called Jan Jansen are a lesser coincidence than two called Joop Zoetemelk.
    """

    condition: str
    same: float
    stranger: float
    is_fixed: bool = False
    is_by_name: bool = False


_BOTH_NAMES_ARE_LIKE = "least(jaro_winkler_similarity(first_name_l, first_name_r), jaro_winkler_similarity(last_name_l, last_name_r))"
_NAME = (
    _Level("full_name_l = full_name_r and length(first_name_l) > 2", 0.58, 1e-4, is_by_name=True),
    _Level("first_name_l = last_name_r and last_name_l = first_name_r", 0.02, 1e-5),
    _Level(f"{_BOTH_NAMES_ARE_LIKE} >= 0.92", 0.15, 1e-4),
    _Level(
        "last_name_l = last_name_r and left(first_name_l, 1) = left(first_name_r, 1)"
        " and least(length(first_name_l), length(first_name_r)) <= 2",
        0.06,
        2e-5,
        is_fixed=True,
    ),
    _Level(f"{_BOTH_NAMES_ARE_LIKE} >= 0.85", 0.03, 1e-4),
    _Level("last_name_l = last_name_r and (first_name_l is null or first_name_r is null)", 0.04, 1.2e-4, is_fixed=True),
    # One surname and two first names: so a household looks, whose address agrees as well. It must not count for anything.
    _Level("last_name_l = last_name_r", 0.05, 0.025, is_fixed=True),
    _Level("jaro_winkler_similarity(first_name_l, first_name_r) >= 0.92", 0.04, 5e-3),
    _Level("else", 0.03, 0.94),
)
_NO_NAME = "coalesce(first_name_l, last_name_l) is null or coalesce(first_name_r, last_name_r) is null"
# The parts of an address hang together: as comparisons of their own they would count for four times what they say.
_PARTS_ALIKE = (
    "(coalesce(levenshtein(postcode_l, postcode_r) <= 1, false)::int + coalesce(house_number_l = house_number_r, false)::int"
    " + coalesce(jaro_winkler_similarity(street_l, street_r) >= 0.9, false)::int"
    " + coalesce(jaro_winkler_similarity(town_l, town_r) >= 0.9, false)::int)"
)
_PARTS_KNOWN = (
    "((postcode_l is not null and postcode_r is not null)::int + (house_number_l is not null and house_number_r is not null)::int"
    " + (street_l is not null and street_r is not null)::int + (town_l is not null and town_r is not null)::int)"
)
_ADDRESS = (
    _Level("postcode_l = postcode_r and house_number_l = house_number_r", 0.45, 2e-3),
    _Level(f"{_PARTS_ALIKE} >= 3", 0.25, 1e-3),
    _Level(f"{_PARTS_ALIKE} = 2", 0.1, 5e-3),
    _Level(f"{_PARTS_ALIKE} = 1 and {_PARTS_KNOWN} = 1", 0.05, 5e-3, is_fixed=True),
    _Level(f"{_PARTS_ALIKE} = 1", 0.05, 0.15),
    _Level("else", 0.1, 0.837),
)
_BIRTH_DATE = (
    _Level("birth_date_l = birth_date_r", 0.93, 5e-5),
    _Level("levenshtein(birth_date_l, birth_date_r) <= 1", 0.03, 1e-3),
    _Level("levenshtein(birth_date_l, birth_date_r) <= 2", 0.01, 1e-2),
    _Level("else", 0.03, 0.98),
)
_PHONE = (_Level("phone_l = phone_r", 0.7, 1e-4), _Level("else", 0.3, 0.99))
_EMAIL = (
    _Level("email_l = email_r", 0.7, 5e-5),
    _Level("split_part(email_l, '@', 1) = split_part(email_r, '@', 1)", 0.08, 3e-4),
    _Level("jaro_winkler_similarity(email_l, email_r) >= 0.93", 0.05, 3e-4),
    _Level("else", 0.17, 0.99),
)
# A comparison's name, its columns, when it says nothing, and its levels, the nearest first.
_COMPARISONS = (
    ("name", ("first_name", "last_name"), _NO_NAME, _NAME),
    ("address", ("postcode", "house_number", "street", "town"), f"{_PARTS_KNOWN} = 0", _ADDRESS),
    ("birth_date", ("birth_date",), "birth_date_l is null or birth_date_r is null", _BIRTH_DATE),
    ("phone", ("phone",), "phone_l is null or phone_r is null", _PHONE),
    ("email", ("email",), "email_l is null or email_r is null", _EMAIL),
)
# Only pairs that agree in all columns of one of these are scored: all pairs of a hundred thousand rows would be five milliards.
_BLOCKS = (
    ("first_name", "last_name"),
    ("postcode", "house_number"),
    ("postcode", "last_name"),
    ("postcode", "first_name"),
    ("street", "house_number"),
    ("street", "last_name"),
    ("street", "first_name"),
    ("town", "last_name"),
    ("birth_date", "last_name"),
    ("birth_date", "first_name"),
    ("birth_date", "postcode"),
    ("birth_date", "town"),
    ("phone",),
    ("email",),
)
_SWAPPED = "l.first_name = r.last_name and l.last_name = r.first_name"


def settings(rows: int, known: Iterable[str]) -> SettingsCreator:
    """Splink's settings for so many rows in which the columns `known` hold anything."""
    from splink import SettingsCreator, block_on
    from splink.blocking_rule_library import CustomRule
    from splink.comparison_level_library import CustomLevel, ElseLevel
    from splink.comparison_library import CustomComparison

    columns_known = frozenset(known)
    comparisons: list[ComparisonCreator | dict[str, Any]] = []
    for name, columns, nothing, levels in _COMPARISONS:
        if columns_known.isdisjoint(columns):
            continue
        made: list[ComparisonLevelCreator | dict[str, Any]] = [CustomLevel(nothing).configure(is_null_level=True)]
        for level in levels:
            of_rows = ElseLevel() if level.condition == "else" else CustomLevel(level.condition)
            of_rows.configure(m_probability=level.same, u_probability=level.stranger, fix_u_probability=level.is_fixed)
            if level.is_by_name and rows >= ENOUGH_ROWS:
                of_rows.configure(tf_adjustment_column="full_name", disable_tf_exact_match_detection=True)
            made.append(of_rows)
        comparisons.append(CustomComparison(output_column_name=name, comparison_levels=made))
    blocks = [block_on(*block) for block in _BLOCKS if columns_known.issuperset(block)]
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[*blocks, CustomRule(_SWAPPED)],
        # Each row has one other of its person, on average; a few rows are seen as a part of more.
        probability_two_random_records_match=1 / max(rows, ENOUGH_ROWS),
        retain_matching_columns=False,
        linker_uid="houdbaar",  # else a random one
    )
