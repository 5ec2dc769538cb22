"""Questions that nobody foresaw: one query over the entities, the findings, the links and the runs of a workspace.

Nothing is kept open between questions and nothing can be changed: the exports are taken in anew (what was staged is not staged again), only
the views that the query names are made, and its rows are handed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from houdbaar.exports.entities import ENTITIES, RECORDS, REGISTERS
from houdbaar.folders import temp_folder
from houdbaar.ledger.runs import dated_runs, read_run
from houdbaar.resources import package_text
from houdbaar.search import linked, read_workspace

if TYPE_CHECKING:
    import pyarrow as pa

    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.intake import Intake
    from houdbaar.ledger.runs import Run
    from houdbaar.workspace import Workspace

_WORD = re.compile(r"order(?=\s+by\b)|(\w+)")  # `order` is an entity, but not in `order by`
_ENTITY = "an export's rows as this entity: see the contracts"
_REGISTER = "a register's rows: empty where nobody keeps it"
# Views over the exports, and those over what earlier audits wrote; what each has a row for.
OF_EXPORTS: Mapping[str, str] = {
    **dict.fromkeys(ENTITIES, _ENTITY),
    **dict.fromkeys(REGISTERS, _REGISTER),
    "export_file": "a file and entity: rows read, staged, rejected and excluded, when it was exported",
    "staged_column": "a column of a file with values that could not be read, or stamps without a zone",
    "rejected_row": "a row that could not be split into columns, with its reason",
    "stray_file": "a file that no contract recognises",
    "link": "a row that is somebody's: `person` is the same number in all rows of one person, `keys` say by what they are held together",
}
OF_RUNS: Mapping[str, str] = {
    "finding": "a finding of the newest run, with all columns of findings.parquet",
    "obligation": "a clause, code, source and entity of the newest run: records by outcome, or why it was not tested",
    "past_finding": "a finding of any dated run, the newest included: `as_of` says of which",
    "past_obligation": "an obligation of any dated run, the newest included: `as_of` says of which",
    "run": "a dated run: its day, policy version, records judged, and whether it is recorded",
}
VIEWS = {**OF_EXPORTS, **OF_RUNS}
_TABLES = """
    create table run (
        as_of date, folder varchar, is_recorded boolean, policy varchar, policy_version varchar, tool_version varchar, records_judged bigint
    );
    create table past_obligation (
        as_of date, clause varchar, code varchar, source varchar, entity varchar, within bigint, due bigint, overdue bigint, keep bigint,
        held bigint, undetermined bigint, not_yet bigint, out_of_scope bigint, passed bigint, failed bigint, upcoming bigint,
        not_tested_reason varchar
    );
    create view obligation as from past_obligation where as_of = (select max(run.as_of) from run)
"""


def ask(workspace: Workspace, query: str, values: Mapping[str, Any] | None, tick: Callable[[str], None] = lambda _: None) -> pa.Table:
    """The rows that a query gives, as an Arrow table; `values` are bound to its `$name`. Raises UsageError, AuditError and its kinds.

    VIEWS are what it can read. Of a view that has no rows here (no export feeds the entity, no run was made) it reads nothing.
    """
    words = set(_WORD.findall(query.lower()))  # more than its tables perhaps, and never fewer
    wanted = [name for name in VIEWS if name in words]

    def work(engine: Engine, intake: Intake) -> pa.Table:
        _offer_exports(engine, intake, workspace, wanted)
        return answer(engine)

    def answer(engine: Engine) -> pa.Table:
        if set(wanted) & set(OF_RUNS):
            _offer_runs(engine, [read_run(folder) for folder in dated_runs(workspace.runs)])
        return engine.answer(query, values)

    if set(wanted) & set(OF_EXPORTS):
        return read_workspace(workspace, tick, work, is_linked="link" in wanted)[1]
    from houdbaar.engines.duckdb import Engine

    with temp_folder("houdbaar-spill-") as scratch, closing(Engine([], scratch)) as engine:
        return answer(engine)


def _offer_exports(engine: Engine, intake: Intake, workspace: Workspace, wanted: Iterable[str]) -> None:
    from houdbaar.exports.tabulate import tabulate
    from houdbaar.exports.views import make_view
    from houdbaar.subjects.links import SEARCHED, LinkRules

    tabulate(engine, intake, workspace.pseudonyms())
    made: frozenset[str] = frozenset()
    if "link" in wanted:
        with linked(engine, intake, LinkRules.of(workspace.policy)):
            engine.make_table("link", package_text("subjects/sql/link.sql"))
        made = frozenset(SEARCHED)
    for name in wanted:
        if name in RECORDS and name not in made:
            make_view(engine, name, intake.parts, intake.settings, intake.inventory.root)


def _offer_runs(engine: Engine, runs: Sequence[Run]) -> None:
    import pyarrow as pa

    from houdbaar.checks.counts import COUNTS, UPCOMING

    engine.run(_TABLES)
    for run in runs:
        about, said = run.summary["run"], run.summary["obligations"]
        names = ("is_recorded", "policy", "policy_version", "tool_version", "records_judged")
        engine.insert_rows("run", [(run.as_of, run.folder.name, *(about[name] for name in names))])
        columns = ("clause", "code", "source", "entity", *COUNTS, UPCOMING, "not_tested_reason")
        engine.insert_rows("past_obligation", [(run.as_of, *(item[name] for name in columns)) for item in said])
    if runs:
        engine.take("finding", runs[-1].findings)
        dated = [run.findings.add_column(0, "as_of", pa.array([run.as_of] * run.findings.num_rows, pa.date32())) for run in runs]
        engine.take("past_finding", pa.concat_tables(dated, promote_options="default"))
