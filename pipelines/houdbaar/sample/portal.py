"""What customers do in the service: accounts (a spreadsheet) and service events (newline JSON)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from houdbaar.sample import excel, files, scope
from houdbaar.sample.moments import LAST_OVERDUE_12, pick_moment
from houdbaar.sample.people import Person
from houdbaar.sample.planted import Finding, Planted

ACCOUNTS, SOURCE = "accounts", "portal"
ACCOUNT_COLUMNS = ("account_id", "customer_id", "email", "username", "phone", "created_at", "last_login_at", "closed_at")
_PAGES = ("/kaart", "/ritten", "/ritten/export", "/alarmen", "/instellingen", "/voertuigen", "/abonnement")


def write_accounts(path: Path, customers: list[Person], planted: Planted) -> None:
    """Write the accounts. Excel keeps no zone, and the workspace names none for this source: planted."""
    rng = Random("houdbaar sample accounts")
    rows = [_account(rng, place, person) for place, person in enumerate(customers)]
    excel.write_xlsx(path, "Accounts", (*ACCOUNT_COLUMNS, *scope.ACCOUNT_COLUMNS), rows)
    scope.plant_accounts(planted, ACCOUNTS)
    closed = sum(row[ACCOUNT_COLUMNS.index("closed_at")] != "" for row in rows)
    planted.add(Finding("RET-SECRET", ACCOUNTS, "account", verdict="OVERDUE"), "API tokens of accounts that were closed yesterday", closed)
    for name in ("created_at", "last_login_at", "closed_at"):
        stamped = sum(row[ACCOUNT_COLUMNS.index(name)] != "" for row in rows)
        planted.add(
            Finding("DQ-TZ-ASSUMED", ACCOUNTS, "account", name, reason="read as Europe/Amsterdam"), "clock times without a zone", stamped
        )


def _account(rng: Random, place: int, person: Person) -> tuple[str | datetime, ...]:
    created = pick_moment(rng, date(2021, 1, 10), date(2025, 10, 1))
    login = pick_moment(rng, date(2025, 12, 1), date(2026, 10, 30))
    closed: str | datetime = pick_moment(rng, date(2026, 10, 30), date(2026, 10, 30)) if place % 23 == 5 else ""
    shown = person.phone if place % 3 else ""
    known = (account_id(person), person.customer_id, person.email, person.email.split("@")[0], shown, created, login, closed)
    return *known, *scope.account_cells(place, person)


def account_id(person: Person) -> str:
    """Give the id of a person's account in the service."""
    return f"A-{70_000 + person.number}"


# Stamps that start no term, or not surely; the note says what each is. '' as reason: the reading decides all the same.
_STAMPS: tuple[tuple[str | None, str, str, str], ...] = (
    (None, "UNDETERMINED", "DQ-TS-NULL", "no stamp"),
    ("n/a", "UNDETERMINED", "DQ-TS-NULL", "no stamp"),
    ("31-02-2026 10:15", "UNDETERMINED", "DQ-TS-PARSE", "a day that does not exist"),
    ("gisteren", "UNDETERMINED", "DQ-TS-PARSE", "no date"),
    ("0000-00-00 00:00:00", "UNDETERMINED", "DQ-TS-SENTINEL", "a database's zero"),
    ("1970-01-01T00:00:00Z", "UNDETERMINED", "DQ-TS-SENTINEL", "a database's zero"),
    ("2027-01-14T09:30:00+01:00", "UNDETERMINED", "DQ-TS-FUTURE", "device clock months ahead"),
    ("1999-06-01T12:00:00Z", "UNDETERMINED", "DQ-TS-IMPLAUSIBLE", "before the service existed"),
    ("03-11-2025", "UNDETERMINED", "DQ-TS-AMBIGUOUS", "11 March or 3 November"),
    ("04-12-2024", "OVERDUE", "", "12 April or 4 December: both too long ago"),
    ("2025-10", "UNDETERMINED", "DQ-TS-PRECISION", "only the month is known, and the limit lies in it"),
    ("2025-06", "OVERDUE", "", "only the month is known, and all of it is too long ago"),
    ("2026-05", "", "", "only the month is known, and all of it is within term"),
)


def write_events(path: Path, customers: list[Person], planted: Planted) -> None:
    """Write the service events of the last year, with some that should have gone."""
    rng = Random("houdbaar sample service")
    recent = [_event(rng, customers, pick_moment(rng, date(2025, 11, 1), date(2026, 10, 30))) for _ in range(568)]
    due = [_event(rng, customers, pick_moment(rng, date(2025, 10, 31), date(2025, 10, 31))) for _ in range(5)]
    old = [_event(rng, customers, pick_moment(rng, date(2025, 7, 1), LAST_OVERDUE_12)) for _ in range(14)]
    rows = sorted([*recent, *due, *old], key=lambda row: str(row["happened_at"]))
    overdue = Finding("RET-SVC-12", SOURCE, "service_event", verdict="OVERDUE")
    planted.add(overdue, "events of 12 months ago and older", len(old))
    files.write_ndjson(path, [*rows, *_odd(rng, customers, planted), *_foreign(rng, customers, planted)])


def _odd(rng: Random, customers: list[Person], planted: Planted) -> list[dict[str, Any]]:
    rows = []
    for stamp, verdict, reason, note in _STAMPS:
        row = _event(rng, customers, pick_moment(rng, date(2026, 1, 1), date(2026, 1, 31)))
        rows.append({key: value for key, value in {**row, "happened_at": stamp}.items() if value is not None})
        if verdict:
            planted.add(Finding("RET-SVC-12", SOURCE, "service_event", verdict=verdict, reason=reason), note)
    return rows


def _foreign(rng: Random, customers: list[Person], planted: Planted) -> list[dict[str, Any]]:
    """Give two positions of a customer's van, which belong elsewhere, and a login by a clock that runs some hours fast."""
    rows = [_event(rng, customers, pick_moment(rng, date(2026, 9, 1), date(2026, 9, 30))) for _ in range(3)]
    planted.add(
        Finding("SCP-PROCESSOR-MIX", SOURCE, "service_event", "kind", reason="data of customers' people in a source of the company"),
        "positions among the logins",
        2,
    )
    planted.add(Finding("DQ-TS-SKEW", SOURCE, "service_event", "happened_at"), "a clock that runs fast")
    return [{**rows[0], "kind": "position"}, {**rows[1], "kind": "position"}, {**rows[2], "happened_at": "2026-10-31T15:00:00+01:00"}]


def _event(rng: Random, customers: list[Person], moment: datetime) -> dict[str, Any]:
    person = rng.choice(customers)
    session = sha256(f"{person.number} {moment.date()}".encode()).hexdigest()[:12]
    shown = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    kind = rng.choice(("page", "page", "click", "login"))
    return {
        "account_id": account_id(person),
        "happened_at": shown,
        "kind": kind,
        "page": rng.choice(_PAGES),
        "session_id": session,
        "ip": person.ip,
    }
