"""Rows that no number can place (null, sentinel, implausible, future): few values in many rows. SQL judges each value once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from houdbaar.exports.tally import Span, melted

if TYPE_CHECKING:
    from datetime import date

    import numpy as np
    import numpy.typing as npt

    Numbers = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]

# More different odd values than this in a stretch of a file are no oddities: SQL reads the whole file then.
MOST_ODD_VALUES = 100_000

OddValue = tuple[int | None, object]  # a stamp (None: null) and what stands in the fallback column beside a null


@dataclass(frozen=True, slots=True)
class Judgement:
    """What SQL says of a value: the trigger that counts, the DQ-TS code, the local dates it may lie on. A `kind` makes one span."""

    kind: tuple[object, ...]
    trigger_column: str
    issue: str | None
    first: date | None
    last: date | None

    @classmethod
    def of(cls, trigger_column: str, issue: str | None, first: date | None, last: date | None, edges: Sequence[date]) -> Judgement:
        """A staged value's judgement; `edges` are the first days of the bands. The kinds are those of `span.sql`."""
        said = None if first is not None and first == last else issue
        bands = [None if day is None else bisect_right(edges, day) for day in (first, last)]
        return cls((said, *bands), trigger_column, said, first, last)


@dataclass(slots=True)
class OddRows:
    """Odd rows of a stretch of a file, as runs of neighbours with one value: twenty bytes a run."""

    values: dict[OddValue, int] = field(default_factory=dict)
    firsts: list[Numbers] = field(default_factory=list)
    lasts: list[Numbers] = field(default_factory=list)
    numbers: list[npt.NDArray[np.int32]] = field(default_factory=list)  # of the runs' values

    @property
    def is_hopeless(self) -> bool:
        """Whether there are too many different values; then no more rows are kept."""
        return len(self.values) > MOST_ODD_VALUES

    def add(self, rows: Numbers, stamps: Numbers, is_null: Flags, fallback: tuple[Numbers, Sequence[object]] | None) -> None:
        """Keep rows, ascending, with their stamps; `fallback` gives each row's place (-1: null) in a list of values."""
        import numpy as np

        if self.is_hopeless or not len(rows):
            return
        found, codes = np.unique(stamps, return_inverse=True)
        keys: list[OddValue] = [(stamp, None) for stamp in found.tolist()]
        if is_null.any():
            places, texts = fallback if fallback is not None else (np.full(len(rows), -1), ())
            codes[is_null] = places[is_null] + len(keys) + 1
            keys += [(None, None), *((None, value) for value in texts)]
        used, codes = np.unique(codes, return_inverse=True)
        known = np.array([self.values.setdefault(keys[code], len(self.values)) for code in used.tolist()], dtype=np.int32)
        numbers = known[codes]
        starts = np.flatnonzero(np.concatenate(([True], (numbers[1:] != numbers[:-1]) | (rows[1:] != rows[:-1] + 1))))
        self.firsts.append(rows[starts])
        self.lasts.append(rows[np.concatenate((starts[1:] - 1, [len(rows) - 1]))])
        self.numbers.append(numbers[starts])


def odd_spans(path: str, odd: Sequence[OddRows], judged: Mapping[OddValue, Judgement]) -> Iterator[Span]:
    """The spans of a file's odd rows, which stand in the order of the rows."""
    import numpy as np

    kinds: dict[tuple[object, ...], list[Judgement]] = {}
    for rows in odd:
        for value in rows.values:
            kinds.setdefault(judged[value].kind, []).append(judged[value])
    numbers = {kind: number for number, kind in enumerate(kinds)}
    firsts, lasts, of_run = [], [], []
    for rows in odd:
        kind_of = np.array([numbers[judged[value].kind] for value in rows.values])
        firsts += rows.firsts
        lasts += rows.lasts
        of_run += [kind_of[part] for part in rows.numbers]
    first, last, kind_of_run = np.concatenate(firsts), np.concatenate(lasts), np.concatenate(of_run)
    for kind, judgements in kinds.items():
        is_mine = kind_of_run == numbers[kind]
        yield _span(path, judgements, first[is_mine], last[is_mine])


def _span(path: str, judgements: Sequence[Judgement], first: Numbers, last: Numbers) -> Span:
    return Span(
        path,
        min(item.trigger_column for item in judgements),
        judgements[0].issue,
        min((item.first for item in judgements if item.first is not None), default=None),
        max((item.last for item in judgements if item.last is not None), default=None),
        min((item.last for item in judgements if item.last is not None), default=None),
        int((last - first + 1).sum()),
        melted(first, last),
    )
