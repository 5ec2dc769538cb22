"""One search for people from beginning to end: read, link, find, and do with what is found what is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from houdbaar.reading import Exports, collecting_rarely, read_exports

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.intake import Intake
    from houdbaar.subjects.links import LinkRules
    from houdbaar.subjects.people import Person
    from houdbaar.workspace import Workspace

Answer = TypeVar("Answer")


def search(
    workspace: Workspace, people: Sequence[Person], tick: Callable[[str], None], work: Callable[[Engine, Intake], Answer]
) -> tuple[Intake, Answer]:
    """Find people in all exports and registers, and do the work on the tables that subjects/find.py makes.

    Raises AuditError and its kinds. Files that can't be spoken for are the intake's problems.
    """
    from houdbaar.exports.tabulate import tabulate
    from houdbaar.subjects.find import Finder
    from houdbaar.subjects.links import LinkRules

    policy, pseudonyms = workspace.policy, workspace.pseudonyms()
    rules = LinkRules.of(policy)

    def found(engine: Engine, intake: Intake) -> Answer:
        tabulate(engine, intake, pseudonyms)
        tick("linking records")
        with linked(engine, intake, rules):
            tick("finding people")
            Finder(engine, rules, pseudonyms, policy.knob("ga.expand_client_id")).find(people, tick)
            return work(engine, intake)

    return read_workspace(workspace, tick, found, is_linked=True)


@contextmanager
def linked(engine: Engine, intake: Intake, rules: LinkRules) -> Iterator[None]:
    """Views of all that a search reads, and the tables of links, which stand until the end; `export_file` must stand."""
    from houdbaar.exports.views import make_view
    from houdbaar.subjects.links import SEARCHED, Links

    with closing(Links(engine, intake.cache, rules, intake.parts, intake.settings)) as links:
        links.foresee()
        for entity in SEARCHED:
            engine.offer(entity, partial(make_view, engine, entity, intake.parts, intake.settings, intake.inventory.root))
        links.make()
        yield


def read_workspace(
    workspace: Workspace, tick: Callable[[str], None], work: Callable[[Engine, Intake], Answer], *, is_linked: bool
) -> tuple[Intake, Answer]:
    """Take a workspace's exports and registers in, and do the work on them; `is_linked`: with their links, which may be kept.

    Raises AuditError and its kinds.
    """
    workspace.require_exports()
    with collecting_rarely(), workspace.work_cache() as cache:
        if is_linked:
            cache.foresee()
        exports = Exports(workspace.exports, workspace.sources, workspace.contracts, workspace.registers, cache)
        return read_exports(exports, workspace.policy, workspace.pseudonyms(), tick, work)
