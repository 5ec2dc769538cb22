"""The header of each SQL file says what it reads and binds: held to what the SQL does, and to the policy and the entities."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope

from houdbaar.checks.catalog import Check, checks, derived, large_unread
from houdbaar.checks.declared import DECLARED
from houdbaar.exports.entities import RECORDS
from houdbaar.policy.load import load_policy
from houdbaar.policy.model import Policy

PACKAGE = Path(__file__).parents[2] / "pipelines" / "houdbaar"
QUERIES = [path for path in sorted(PACKAGE.rglob("*.sql")) if "create macro" not in path.read_text(encoding="utf-8")]
CHECKS = [pytest.param(check, id=check.rule) for check in checks()]
# Made from the staged files, before any check runs.
REGISTERS = {
    "asked_note",
    "book_year",
    "classified_column",
    "corrected_row",
    "covered_entry",
    "erased_hold",
    "erased_key",
    "erased_row",
    "export_file",
    "fed_column",
    "known_entry",
    "rejected_row",
    "request_deadline",
    "row_block",
    "source_setting",
    "staged_column",
    "stray_file",
}
# Made for the check that asks, of what people declared, or of every entity.
REGISTERS |= set(DECLARED) | {"repeated_row", "carried_identifier", "suspect_event"}
# Made for the check that reads them, from its rule.
OF_A_RULE = {"term_day", "trigger_span"}


@cache
def policy() -> Policy:
    return load_policy("twingatrack")


def header(sql: str) -> dict[str, set[str]]:
    """`reads` and `binds` of a file's header."""
    lines = [line[2:] for line in sql.splitlines() if line.startswith("--")]
    pairs = [part.partition(":") for line in lines for part in line.split(" | ")]
    said = {key.strip(): {word.strip() for word in words.split(",")} for key, _, words in pairs}
    return {"reads": said["reads"], "binds": said.get("binds", set())}


def tables_read(sql: str) -> set[str]:
    """Tables that a query reads; a CTE is none, but a CTE may read a table of its own name."""
    scopes = traverse_scope(sqlglot.parse_one(sql, dialect="duckdb"))
    return {source.name for scope in scopes for source in scope.sources.values() if isinstance(source, exp.Table)}


def values_bound(sql: str) -> set[str]:
    return set(duckdb.extract_statements(sql)[0].named_parameters)


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_a_header_says_what_the_query_reads_and_binds(path: Path) -> None:
    sql = path.read_text(encoding="utf-8")
    assert header(sql) == {"reads": tables_read(sql), "binds": values_bound(sql)}


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("with a as (select x from b) select x from a", {"b"}),
        ("with a as (select x from a) select x from a", {"a"}),
        ('select x from "order" union all select x from b as c', {"order", "b"}),
        ("select x from a where x in (select y from b)", {"a", "b"}),
    ],
)
def test_tables_are_told_from_ctes(sql: str, tables: set[str]) -> None:
    assert tables_read(sql) == tables


@pytest.mark.parametrize("check", CHECKS)
def test_the_catalog_sees_the_same_header(check: Check) -> None:
    assert {"reads": set(check.reads), "binds": set(check.binds)} == header(check.sql)


def needed(sql: str, name: str) -> bool:
    """Whether a query has rows only where a table has: each of its branches begins with it, or with what is made of it alone."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    parts = {each.alias: each.this for each in tree.find_all(exp.CTE)}

    def begins(query: exp.Expression) -> bool:
        if isinstance(query, exp.SetOperation):
            return begins(query.left) and begins(query.right)
        table = query.args["from_"].this.name
        if query.args.get("group") is None and any(item.find(exp.AggFunc) for item in query.expressions):
            return False  # as count(*) of nothing is one row
        if table in parts:
            return begins(parts[table])
        return table == name or (table in derived() and needed(derived()[table].sql, name))

    return begins(tree)


@pytest.mark.parametrize("check", [check for check in checks() if check.of is not None], ids=lambda check: check.rule)
def test_a_check_finds_nothing_without_rows_of_the_table_that_it_is_of(check: Check) -> None:
    assert needed(check.sql, str(check.of))


@pytest.mark.parametrize(
    ("sql", "is_needed"),
    [
        ("select x from a left join b on a.x = b.x", True),
        ("select x from b left join a on a.x = b.x", False),
        ("with c as (select x from a) select x from c union all select x from a", True),
        ("with c as (select x from b) select x from c union all select x from a", False),
        ("select count(*) from a", False),
        ("select x, count(*) from a group by x", True),
    ],
)
def test_what_a_query_begins_with(sql: str, *, is_needed: bool) -> None:
    assert needed(sql, "a") is is_needed


@pytest.mark.parametrize("check", CHECKS)
def test_what_a_check_reads_can_be_made(check: Check) -> None:
    assert set(check.reads) - set(RECORDS) - set(derived()) - REGISTERS - OF_A_RULE == set()


@pytest.mark.parametrize("name", sorted(derived()))
def test_a_derived_table_hangs_on_no_rule_but_one_that_it_names(name: str) -> None:
    """It is made once an audit and shared: entities, other derived tables, the as-of date, knobs and the named term are all it may use."""
    table = derived()[name]
    assert set(table.reads) - set(RECORDS) - set(derived()) - REGISTERS == ({"term_day"} if table.term else set())
    assert table.term is None or table.term in policy().rules
    assert {"last_overdue_date", "last_due_date"} & set(table.binds) == set()


def test_each_derived_table_is_read() -> None:
    """`block` and `asked_person` by blocks.py, whose marks stand on the judgements of every check."""
    readers = [*checks(), *derived().values()]
    read_by_python = {"asked_person", "block"}  # checks/blocks.py, for all checks
    assert set(derived()) - {name for reader in readers for name in reader.reads} - read_by_python == set()


@pytest.mark.parametrize("check", CHECKS)
def test_what_a_check_binds_is_known(check: Check) -> None:
    of_rule = {"last_overdue_date", "last_due_date", "boundary"} if check.rule in policy().rules else set()
    knobs = {name.replace(".", "_") for name in policy().knobs}
    cutoffs = {f"{name.replace('.', '_')}_cutoff_date" for name in policy().period_knobs}
    months = {f"{rule.lower().replace('-', '_')}_months" for rule in policy().rules}
    assert set(check.binds) - {"as_of", "is_bare", "inner_pad", "outer_pad"} - of_rule - knobs - cutoffs - months == set()


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_is_of_a_rule_or_a_code_of_the_policy(check: Check) -> None:
    rule = policy().rules.get(check.rule)
    if rule is not None:
        assert (check.code, check.clause, check.entity) == (rule.code, rule.clause, rule.entity)
    else:
        # One code can be about several entities: a file each, CODE-EVENT beside CODE.
        assert check.rule == check.code or check.rule.startswith(f"{check.code}-")
        # The reasons of an UNDETERMINED belong to no clause of their own; a check that reports one says whose records it is about.
        assert check.clause is None or check.clause in (policy().codes[check.code].clauses or policy().clauses)
    assert check.group == policy().codes[check.code].group


def is_known(word: str) -> bool:
    """An entity, or a column of one: `mail_campaign.category`."""
    entity, _, name = word.partition(".")
    return entity in RECORDS and (not name or name in RECORDS[entity].names)


@pytest.mark.parametrize("check", CHECKS)
def test_grain_entity_and_needs_exist(check: Check) -> None:
    assert check.grain in ("record", "month", "source")
    assert check.judges in (None, "sends", "rows")
    assert {word for words in check.requires for word in words if not is_known(word)} == set()
    if check.entity == "*":
        assert check.needs == ()
    else:
        needed = {word if "." in word else f"{check.entity}.{word}" for words in check.needs for word in words}
        assert {word for word in needed if not is_known(word)} == set()


def test_a_large_table_goes_when_nothing_to_come_reads_it():
    """Neither by itself, nor through a table that is yet to be made."""
    made = {"mail_sale", "mail_identity", "mail_response"}
    by_rule = {check.rule: check for check in checks()}
    invalid, evidence, lapsed = (by_rule[rule] for rule in ("DQ-EMAIL-INVALID", "CON-EVIDENCE", "CON-SEND-LAPSED"))
    assert large_unread(made, [invalid]) == {"mail_sale", "mail_identity"}
    assert large_unread(made, [invalid, evidence]) == {"mail_sale"}  # it reads the identities itself
    assert large_unread(made, [invalid, lapsed]) == set()  # its answers are made of sales, its opt-ins of what registers say of identities


def test_a_view_reads_no_table_that_goes():
    views = [table for table in derived().values() if table.is_view]
    assert views
    assert {name for view in views for name in view.reads if name in derived() and derived()[name].is_large} == set()
