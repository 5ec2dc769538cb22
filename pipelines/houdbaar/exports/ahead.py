"""Work on files that is done in a thread, one file after another, beside what is done with those before."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import TypeVar

from houdbaar.exports.stream import stopped_by

_MOST_AHEAD = 2  # results that wait: of text exports each is a file on the disk, as large as the export

Item = TypeVar("Item")
Result = TypeVar("Result")


@contextlib.contextmanager
def ahead(
    work: Callable[[Item], Result], items: Sequence[Item], drop: Callable[[Result], None]
) -> Iterator[Iterator[tuple[Item, Future[Result]]]]:
    """The items in their order, each with what becomes of it.

    Whoever leaves before the end (an error, Ctrl-C) stops the work at the next piece of a file that it reads or stages; `drop` is told of
    results that perhaps nobody took.
    """
    stop, begun = Event(), deque[tuple[Item, Future[Result]]]()

    def stoppable(item: Item) -> Result:
        with stopped_by(stop):
            return work(item)

    def in_turn() -> Iterator[tuple[Item, Future[Result]]]:
        following = iter(items)
        while True:
            while len(begun) <= _MOST_AHEAD and (item := next(following, None)) is not None:
                begun.append((item, pool.submit(stoppable, item)))
            if not begun:
                return
            yield begun[0]
            begun.popleft()

    with ThreadPoolExecutor(1) as pool:
        try:
            yield in_turn()
        finally:
            stop.set()
            try:
                pool.shutdown(cancel_futures=True)
            finally:  # also after another Ctrl-C
                for left in (each for _, each in begun if each.done()):
                    with contextlib.suppress(Exception):  # what went wrong first says more
                        drop(left.result())
