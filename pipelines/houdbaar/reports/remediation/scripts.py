"""Scripts of SQL for the tables that exports came from: syntax trees with quoted names; every value stands in the plan's lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

PLAN, KEPT = "houdbaar_plan", "houdbaar_kept"  # the temporary tables into which a plan's lines are loaded


def named(name: str) -> exp.Identifier:
    """A quoted identifier."""
    return exp.to_identifier(name, quoted=True)


def of(table: str, name: str) -> exp.Expr:
    """A column of a table."""
    return exp.Column(this=named(name), table=named(table))


def table(name: str) -> exp.Table:
    """A table."""
    return exp.Table(this=named(name))


def as_key(column: exp.Expr) -> exp.Expr:
    """A column as keys are compared: text without the spaces around it, nothing as ''."""
    text = exp.Trim(this=exp.Cast(this=column, to=exp.DataType.build("VARCHAR")))
    return exp.Coalesce(this=text, expressions=[exp.Literal.string("")])


def same_key(where: str, keys: Mapping[str, str], lines: str = PLAN) -> list[exp.Expr]:
    """That a row of a table has the key of a line; `keys`: the lines' columns with the table's."""
    return [exp.EQ(this=of(lines, line), expression=as_key(of(where, own))) for line, own in keys.items()]


def exists(lines: str, conditions: Sequence[exp.Expr]) -> exp.Expr:
    """That there is a line for which all conditions hold."""
    return exp.Exists(this=exp.select(exp.Literal.number(1)).from_(table(lines)).where(*conditions))


def count(name: str, condition: exp.Expr) -> str:
    """How many rows a condition is true of."""
    return _text(exp.select(exp.alias_(exp.Count(this=exp.Star()), "found")).from_(table(name)).where(condition))


def delete(name: str, condition: exp.Expr) -> str:
    """Delete them."""
    return _text(exp.Delete(this=table(name), where=exp.Where(this=condition.copy())))


def update(name: str, values: Mapping[str, exp.Expr], condition: exp.Expr) -> str:
    """Give columns other values in them."""
    changes = [exp.EQ(this=exp.Column(this=named(column)), expression=value) for column, value in values.items()]
    return _text(exp.Update(this=table(name), expressions=changes, where=exp.Where(this=condition.copy())))


def new_key(where: str, keys: Mapping[str, str]) -> exp.Expr:
    """The new key of a line."""
    return exp.Subquery(this=exp.select(of(PLAN, "new_key")).from_(table(PLAN)).where(*same_key(where, keys)))


def script(name: str, what: str, notes: Sequence[str], steps: Sequence[tuple[str, str]], *, has_kept: bool = False) -> str:
    """A whole script: what it is, how it is run, and its steps, each under the count to expect (or what it is).

    `{stem}` and `{manifest_id}` are filled in when the plan has its id.
    """
    shown = name.replace("\n", " ")
    load = [f"Load {{stem}}.jsonl into a temporary table {PLAN}, a column for each key of its lines."]
    load += [f"Load {{stem}}-kept.jsonl into {KEPT} likewise."] if has_kept else []
    comments = [
        f"Plan {{manifest_id}}: {what}. A plan: nothing of it has been done.",
        *notes,
        "Not valid after the date in the lines (valid_until). Look at holds and open requests again on the day you run it.",
        f'"{shown}" is the source in the audit: put the name of the table that the export came from in its place.',
        *load,
        "Run it as one transaction. Where a count isn't the one above the statement: ROLLBACK.",
        "Then write it into registers/deletions.csv: manifest_id, executed_at, records, proof.",
    ]
    body = [f"-- {label.replace(chr(10), ' ')}\n{statement};" for label, statement in steps]
    return "\n".join([*(f"-- {comment}" for comment in comments), "", "BEGIN;", "", "\n\n".join(body), "", "COMMIT;", ""])


def _text(tree: exp.Expr) -> str:
    return tree.sql(pretty=True)
