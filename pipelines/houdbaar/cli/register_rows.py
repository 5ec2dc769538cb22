"""What `hold` and `accept` share: the workspace's register, days that default to today, and lists of rows with their state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import typer

from houdbaar.cli.answer import answer
from houdbaar.cli.columns import columns
from houdbaar.cli.options import today
from houdbaar.errors import UsageError
from houdbaar.ledger.days import iso_day, iso_stamp_day
from houdbaar.ledger.registers import Register, RegisterRows
from houdbaar.privacy import is_plain_id
from houdbaar.workspace import Workspace

if TYPE_CHECKING:
    from houdbaar.cli.options import Common
    from houdbaar.privacy import Pseudonyms

Described = dict[str, Any]


def register_of(workspace: Workspace, name: str) -> Register:
    """A workspace's register. Raises UsageError for a bare folder, which keeps none."""
    if workspace.registers is None:
        raise UsageError(f"{workspace.folder} is no workspace, and only a workspace has registers: make one with `houdbaar init`")
    return Register(name, workspace.registers, workspace.state)


def filled(given: Mapping[str, str | None], day: str | None) -> dict[str, str]:
    """What was given, without the spaces around it and without what is empty; the column `day` is today unless given, and that is said."""
    values = {name: value.strip() for name, value in given.items() if value is not None and value.strip()}
    if day is not None and day not in values:
        values[day] = _said(f"--{day.replace('_', '-')}", today())
    return values


def refuse_days_to_come(values: Mapping[str, str], zone: str) -> None:
    """Raises UsageError for what is said to have happened on a day that is still to come: a slip in a year hides a request."""
    wrong = [
        f"--{name.replace('_', '-')} is still to come" for name, value in values.items() if name.endswith("_at") and _is_later(value, zone)
    ]
    if wrong:
        raise UsageError(f"nothing was changed: {'; '.join(wrong)}: today is {today().isoformat()}")


def _is_later(value: str, zone: str) -> bool:
    day = iso_stamp_day(value, zone)
    return day is not None and day > today()


def day_or_today(text: str | None, option: str) -> date:
    """A day of the command line; today, and said so, where there is none. Raises UsageError for what is no day."""
    if text is None:
        return date.fromisoformat(_said(option, today()))
    day = iso_day(text)
    if day is None:
        raise UsageError(f"{option} is no day: write it as year-month-day, such as 2026-10-31")
    return day


def _said(option: str, day: date) -> str:
    typer.echo(f"{option} {day.isoformat()}, which is today ({option} DATE for another day)", err=True)
    return day.isoformat()


def shown_source(source: str, workspace: Workspace, pseudonyms: Pseudonyms) -> str:
    """A source that a row names, as answers may show it: a word that no source has may be anything, also somebody's name."""
    return source if workspace.may_be_source(source) else f"name-{pseudonyms.of(source)[:8]}"


def shown_id(row_id: str | None, pseudonyms: Pseudonyms) -> str | None:
    """The id of a row as answers may show it."""
    return row_id if row_id is None or is_plain_id(row_id) else f"id-{pseudonyms.of(row_id)[:8]}"


def show_rows(
    name: str,
    shared: Common,
    as_of: date,
    register: Register,
    rows: RegisterRows,
    described: list[Described],
    heading: tuple[str, ...],
    remarks: Sequence[str] = (),
) -> int:
    """Answer with the rows of a register, each described by `heading` and more, `remarks` below them; gives the exit code."""
    what = register.path.stem  # the plural, as 'holds'
    unread = [{"row": row, "why": why} for row, why in rows.unread]
    about = {"as_of": as_of.isoformat(), "register": register.shown, "is_present": rows.is_present, "unread_rows": unread}
    if not rows.is_present:
        text = f"register {register.path.name} is absent: nobody has said that there are no {what}"
    elif not described:
        text = f"no {what}"
    else:
        cells = [[_cell(each[column]) for column in heading] for each in described]
        text = columns(tuple(column.replace("_", " ").upper() for column in heading), cells)
    text += "".join(f"\n{remark}" for remark in remarks)
    text += "".join(f"\nrow {each['row']} of {register.shown} can't be read: {each['why']}" for each in unread)
    return answer(name, {**about, what: described}, f"as of {as_of.isoformat()}\n{text}", shared)


def _cell(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return "-" if value is None else str(value)
