"""Runs expectations inside DuckDB on one table at a time, and keeps of their results no value: only counts and yes or no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from houdbaar.errors import UsageError
from houdbaar.gates.context import memory_context
from houdbaar.gates.expectation import SEVERITY_OF, Outcome

if TYPE_CHECKING:
    import duckdb
    from great_expectations.core import ExpectationSuite, ExpectationValidationResult
    from great_expectations.data_context.data_context.abstract_data_context import AbstractDataContext
    from great_expectations.expectations.expectation import Expectation

    from houdbaar.gates.suites import Expected, Suite

_FORMAT = {"result_format": "BASIC", "partial_unexpected_count": 0}
_COUNTS = ("element_count", "missing_count", "unexpected_count", "unexpected_percent")
_NO_ROW = "there is no row"
_NO_VALUE = "there is no value in"
_COULD_NOT = "it could not be run: see that its columns and its query are right (the message is withheld, as it can quote values)"


@dataclass(frozen=True, slots=True)
class Table:
    """What a suite runs on: the table or view `name` of a connection, as people call it (`entity`, `source`).

    `empty` are its columns that the source gives nothing for: of them there is nothing to expect.
    """

    name: str
    entity: str | None
    source: str | None
    rows: int
    empty: frozenset[str]


@dataclass(slots=True)
class Validator:
    """Great Expectations over some connections, one after the other. With `docs` its results can be shown as Data Docs."""

    docs: Path | None = None
    _context: AbstractDataContext | None = field(default=None, init=False)
    _runs: int = field(default=0, init=False)

    def run(self, connection: duckdb.DuckDBPyConnection, suite: Suite, table: Table) -> list[Outcome]:
        """The outcome of every expectation of a suite. Raises UsageError for one that GX doesn't know."""
        outcomes, running = [], []
        for expected in suite.expected:
            why = _NO_ROW if not table.rows else _lacking(expected, table)
            if why is None:
                running.append(expected)
            else:
                outcomes.append(outcome_of(expected, suite, table, why=why))
        results = self._results(connection, suite, table, running) if running else []
        return outcomes + [_outcome(expected, result, suite, table) for expected, result in results]

    def build_docs(self) -> None:
        """Write the Data Docs of everything that was run, without the values of aggregates and the paths of tracebacks."""
        context = self._made_context()
        store = context.validation_results_store
        for key in store.list_keys():
            result: Any = store.get(key)
            for each in result.results:
                each.result = _counts(each.result)
                each.exception_info = {"raised_exception": _raised(each.exception_info), "exception_message": _COULD_NOT}
            store.set(key, result)
        context.build_data_docs()

    def _made_context(self) -> AbstractDataContext:
        if self._context is None:
            self._context = memory_context(None if self.docs is None else str(self.docs.resolve()))
        return self._context

    def _results(
        self, connection: duckdb.DuckDBPyConnection, suite: Suite, table: Table, running: Sequence[Expected]
    ) -> list[tuple[Expected, ExpectationValidationResult | None]]:
        from great_expectations import ValidationDefinition
        from great_expectations.exceptions.exceptions import GreatExpectationsError
        from sqlalchemy.exc import SQLAlchemyError

        from houdbaar.gates.datasource import duckdb_datasource, give_back

        context = self._made_context()
        self._runs += 1
        label = " of ".join(filter(None, (suite.name, table.source)))
        name = f"{label} ({self._runs})"
        made = context.suites.add(_gx_suite(name, suite, running))
        source = duckdb_datasource(context, name, connection)
        try:
            batch = source.add_table_asset(label, table_name=table.name).add_batch_definition_whole_table("whole table")
            definition = context.validation_definitions.add(ValidationDefinition(name=name, data=batch, suite=made))
            found = definition.run(result_format=_FORMAT).results
        except (GreatExpectationsError, SQLAlchemyError):
            return [(expected, None) for expected in running]
        finally:
            give_back(source)
        by_number = {result.expectation_config.meta["number"]: result for result in found if result.expectation_config is not None}
        return [(expected, by_number.get(number)) for number, expected in enumerate(running)]


def outcome_of(expected: Expected, suite: Suite, table: Table | None, **more: Any) -> Outcome:
    """The outcome of an expectation: not run, unless `more` says otherwise."""
    return Outcome(
        suite=suite.name,
        entity=None if table is None else table.entity,
        source=None if table is None else table.source,
        type=expected.type,
        columns=expected.columns,
        severity=SEVERITY_OF[expected.severity],
        success=more.pop("success", None),
        own_file=expected.own_file,
        code=None if expected.own_file else expected.code,  # one's own counts by itself, whatever it was copied from
        about=expected.about,
        mark=expected.mark,
        **more,
    )


def _lacking(expected: Expected, table: Table) -> str | None:
    """Why there is nothing to look at: a column that the source doesn't give."""
    said = expected.said
    missing = [name for name in said.get("needs", () if "needs_any" in said else expected.columns) if name in table.empty]
    anyhow = [*said.get("needs_any", ())]
    if anyhow and table.empty.issuperset(anyhow):
        missing.append(" or ".join(anyhow))
    return f"nothing feeds {', '.join(missing)}" if missing else None


def _gx_suite(name: str, suite: Suite, running: Sequence[Expected]) -> ExpectationSuite:
    from great_expectations.core import ExpectationSuite

    made = [_gx_expectation(expected, number, suite) for number, expected in enumerate(running)]
    return ExpectationSuite(name=name, expectations=made)


def _gx_expectation(expected: Expected, number: int, suite: Suite) -> Expectation:
    from great_expectations.exceptions.exceptions import GreatExpectationsError
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
    from great_expectations.expectations.metadata_types import FailureSeverity

    try:
        return ExpectationConfiguration(
            type=expected.type,
            kwargs=dict(expected.kwargs),
            meta={"number": number, "houdbaar": dict(expected.said)},
            severity=FailureSeverity(expected.severity),
            notes=expected.notes,
            description=expected.description,
        ).to_domain_obj()
    except (GreatExpectationsError, ValueError, TypeError, KeyError):
        raise UsageError(
            f"the suite {expected.own_file or suite.name}: {expected.type} is no expectation that GX knows, or its arguments are wrong"
        ) from None


def _outcome(expected: Expected, result: ExpectationValidationResult | None, suite: Suite, table: Table) -> Outcome:
    if result is None or _raised(result.exception_info):
        return outcome_of(expected, suite, table, why=_COULD_NOT, is_broken=True)
    counts = result.result or {}
    rows, missing, unexpected = (counts.get(name) for name in ("element_count", "missing_count", "unexpected_count"))
    is_vacuous = rows is not None and rows == missing and not all(name.endswith("_issue") for name in expected.columns)
    if result.success and is_vacuous:
        return outcome_of(expected, suite, table, why=f"{_NO_VALUE} {', '.join(expected.columns)}")
    if expected.type == "unexpected_rows_expectation":
        unexpected, rows = counts.get("observed_value"), table.rows
    is_count = isinstance(unexpected, int)
    return outcome_of(expected, suite, table, success=bool(result.success), unexpected=unexpected if is_count else None, rows=rows)


def _raised(info: Any) -> bool:
    """Whether an expectation raised: GX says so for the whole, or for each metric that did."""
    if not isinstance(info, dict):
        return False
    return bool(info.get("raised_exception")) or any(isinstance(each, dict) and _raised(each) for each in info.values())


def _counts(result: Any) -> dict[str, Any]:
    return {name: result[name] for name in _COUNTS if name in (result or {})}
