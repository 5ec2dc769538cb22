"""Exports as tables in an engine, for whatever is asked of them; what changes or breaks meanwhile is left out and told."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from houdbaar.errors import EngineError
from houdbaar.folders import temp_folder

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.cache import Cache
    from houdbaar.exports.contract import Contract
    from houdbaar.exports.intake import Intake
    from houdbaar.exports.source import Source
    from houdbaar.policy.model import Policy
    from houdbaar.privacy import Pseudonyms

Answer = TypeVar("Answer")

# With a second thread each statement waits for that one, which on a busy machine takes longer than small exports need for all of it.
_SMALL_BYTES = 8 << 20
_EARLIEST = date(1980, 1, 1)  # no stamp of any kind of data is older (domain.md 2.3)


@dataclass(frozen=True, slots=True)
class Exports:
    """What is read: a folder, its bindings and the contracts, the registers; and where what is staged of it lies."""

    root: Path
    sources: Sequence[Source]
    contracts: Sequence[Contract]
    registers: Path | None
    cache: Cache


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """What reads exports makes many small objects and few cycles of them: looking for these took a tenth of its time."""
    usual = gc.get_threshold()
    gc.set_threshold(100_000, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def read_exports(
    exports: Exports, policy: Policy, pseudonyms: Pseudonyms, tick: Callable[[str], None], work: Callable[[Engine, Intake], Answer]
) -> tuple[Intake, Answer]:
    """Take the exports in, and do the work on them.

    A file that changed meanwhile, or whose rows turn out to be unusable, is left out and told, and the work is done again on the
    others: nobody could say which of its results were that file's.
    """
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.expression import offer_macros
    from houdbaar.exports.intake import IntakeSettings, leave_out_changed, leave_out_unusable, take_in
    from houdbaar.exports.registers import RegisterPlace

    settings = IntakeSettings(
        local_zone=policy.knob("time.zone"),
        tolerance_seconds=int(policy.knob("time.future_tolerance").total_seconds()),
        min_plausible=_plausible_past(policy),
    )
    threads = threads_for(exports.root)
    with temp_folder("houdbaar-spill-") as scratch:
        registers = None if exports.registers is None else RegisterPlace(exports.registers, scratch)
        intake: Intake | None = None
        while True:
            with closing(Engine([exports.root, exports.cache.folder], scratch, threads=threads)) as engine:
                offer_macros(engine)
                if intake is None:
                    intake = take_in(
                        engine, exports.root, exports.sources, exports.contracts, settings, exports.cache, pseudonyms, tick, registers
                    )
                try:
                    answer = work(engine, intake)
                except (EngineError, OSError):
                    if leave_out_changed(intake) or leave_out_unusable(engine, intake):
                        continue
                    raise
                if not leave_out_changed(intake):
                    return intake, answer


def threads_for(root: Path) -> int:
    """How many threads an engine is to use for the files in a folder."""
    from houdbaar.engines.opened import THREADS

    total = 0
    for folder, _, names in os.walk(root):
        for name in names:
            with suppress(OSError):
                total += os.stat(os.path.join(folder, name)).st_size  # noqa: PTH116, PTH118 (a Path each takes longer than its size)
            if total >= _SMALL_BYTES:
                return THREADS
    return 1


def _plausible_past(policy: Policy) -> Mapping[str, date]:
    """The first plausible day of every kind of data: a knob, or a policy, may name some of them only."""
    from houdbaar.exports.entities import CATEGORIES

    named: dict[str, date] = policy.knob("time.min_plausible")
    return {**dict.fromkeys(CATEGORIES, _EARLIEST), **policy.knobs["time.min_plausible"].default, **named}
