"""Which contract reads a file: told by its format and header, and by its name or the lines before the header where those don't tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from houdbaar.exports.contract import Contract, Detect, folded, is_zone, named_columns

if TYPE_CHECKING:
    from houdbaar.exports.head import Head

# What the stager fills from a binding: a bound file needn't have it.
_FROM_BINDING = "list_id"
# So many of a file's columns, and more than half of them, must a contract name for the file to be likened to it.
_LIKE = 5
_FEW = 3  # names that one column goes by


@dataclass(frozen=True, slots=True)
class Match:
    """The contract that fits best, or None; `candidates` are the ids that tie, `score` the header's columns that the best ones name."""

    contract: Contract | None
    candidates: tuple[str, ...]
    score: int


def recognise(head: Head, name: str, contracts: Iterable[Contract], *, is_bound: bool = False) -> Match:
    """Find the contract of a file by its head and name (relative path, as in ExportFile.name); most columns named wins.

    A tie has no contract and asks for a binding. `is_bound`: people said which contract it is, so that the name of the file, the lines
    before its header and the share of named columns decide nothing; what the contract can't do without must still be there.
    """
    header = frozenset(folded(column) for column in head.columns)
    scores = {
        contract.id: (len(header & named_columns(contract)), contract)
        for contract in contracts
        if head.format in contract.detect.formats and _fits(contract, head, header, name, is_bound=is_bound)
    }
    if not scores:
        return Match(None, (), 0)
    best = max(score for score, _ in scores.values())
    tied = sorted(contract_id for contract_id, (score, _) in scores.items() if score == best)
    return Match(scores[tied[0]][1] if len(tied) == 1 else None, tuple(tied) if len(tied) > 1 else (), best)


def _fits(contract: Contract, head: Head, header: frozenset[str], name: str, *, is_bound: bool) -> bool:
    detect = contract.detect
    if _lacking(_needed(contract) if is_bound else detect.columns, header):
        return False
    return is_bound or (_says(detect.path, [name]) and _says(detect.preamble, head.preamble) and _names_enough(contract, detect, header))


def misfit(contract: Contract, head: Head) -> str:
    """Why a bound file can't be read by its contract, for people."""
    if head.format not in contract.detect.formats:
        return f"which is read from {' or '.join(sorted(contract.detect.formats))} and not from {head.format}: export it as that"
    header = frozenset(folded(column) for column in head.columns)
    lacking = _lacking(_needed(contract), header)
    what = f"but its header lacks {', '.join(' or '.join(group) for group in lacking)}"
    if len(header) < 2:
        return f"{what}: is the first line the header, and its delimiter , ; | or a tab? Export it anew"
    if header.isdisjoint(named_columns(contract)):
        return f"{what}, and has no column of that contract: is the first line the header, and the file that export? Export it anew"
    return f"{what}: export it anew with {'that column' if len(lacking) == 1 else 'those columns'}"


def nearest(head: Head, name: str, contracts: Iterable[Contract]) -> tuple[str, str] | None:
    """The id of the one contract that would read a file if its header had one column more, and what that can be called ('a or b').

    None where no contract, or more than one, is nearest. Only the contract's words are told: those of the header can be people's data.
    """
    near: dict[int, list[tuple[str, str]]] = {}
    for contract in contracts:
        lacking = _lacking_one(contract, head) if _says(contract.detect.path, [name]) else None
        if lacking is not None:
            near.setdefault(_named(contract, head), []).append((contract.id, " or ".join(lacking[:_FEW])))
    best = near[max(near)] if near else []
    return best[0] if len(best) == 1 else None


def is_cut(contract: Contract, head: Head) -> bool:
    """Whether a bound table is its contract's and lacks one column that this asks for. Without the records' key it is another table."""
    keys = {folded(name) for table in contract.tables for item in table.columns if item.name in table.key for name in item.physical_names}
    lacking = _lacking_one(contract, head)
    return lacking is not None and keys.isdisjoint(map(folded, lacking))


def _lacking_one(contract: Contract, head: Head) -> tuple[str, ...] | None:
    """The names of the one column that a table lacks to be a contract's; None where it lacks more, or looks like another."""
    header = frozenset(folded(column) for column in head.columns)
    lacking, named = _lacking(contract.detect.columns, header), _named(contract, head)
    is_like = head.format in contract.detect.formats and named >= _LIKE and 2 * named > len(header)
    return lacking[0] if len(lacking) == 1 and is_like and _says(contract.detect.preamble, head.preamble) else None


def _named(contract: Contract, head: Head) -> int:
    """How many of a table's columns a contract names."""
    return len({folded(column) for column in head.columns} & named_columns(contract))


def _lacking(groups: Iterable[tuple[str, ...]], header: frozenset[str]) -> list[tuple[str, ...]]:
    """The groups of which a header has no column."""
    return [group for group in groups if header.isdisjoint(map(folded, group))]


def _needed(contract: Contract) -> list[tuple[str, ...]]:
    """The columns that a bound file must have; of each group one."""
    return [group for group in contract.detect.columns if _FROM_BINDING not in group]


def _names_enough(contract: Contract, detect: Detect, header: frozenset[str]) -> bool:
    return not detect.share or len(header & named_columns(contract)) >= detect.share * len(header)


def _says(pattern: str | None, lines: Sequence[str]) -> bool:
    """Whether there is nothing to look for, or a line has it."""
    return pattern is None or any(re.search(pattern, line, re.IGNORECASE) for line in lines)


def report_period(preamble: Sequence[str]) -> tuple[date, date] | None:
    """First and last day in the lines before a Google Analytics report, or None.

    '# 20220101-20221231' (Universal Analytics), or '# Start date: 20260910' and '# End date: 20261007' (GA4; Dutch words too).
    """
    text = "\n".join(preamble)
    spans = re.findall(r"^#\s*(\d{8})\s*-\s*(\d{8})\s*$", text, re.MULTILINE)
    starts = re.findall(r"^#\s*(?:start[ -]?dat(?:e|um)|begindatum)\s*:?\s*(\d{8})\s*$", text, re.MULTILINE | re.IGNORECASE)
    ends = re.findall(r"^#\s*(?:end date|eind[ -]?datum)\s*:?\s*(\d{8})\s*$", text, re.MULTILINE | re.IGNORECASE)
    spans += list(zip(starts, ends, strict=False))
    try:
        days = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in spans]
    except ValueError:
        return None
    return next(((first, last) for first, last in days if first <= last), None)


def stated_zone(preamble: Sequence[str]) -> str | None:
    """The time zone in the first line of a Google Ads file, or None: 'Parameters:TimeZone=Europe/Amsterdam', or an offset, '+0100'."""
    found = next((match for match in (re.search(r'^"?Parameters:.*\bTimeZone=\s*([\w/+:-]+)', line) for line in preamble) if match), None)
    if found is None:
        return None
    offset = re.fullmatch(r"([+-])(\d{2}):?00", found[1])
    name = f"Etc/GMT{'-' if offset[1] == '+' else '+'}{int(offset[2])}" if offset else found[1]  # POSIX signs: west is positive
    return name if is_zone(name) else None
