"""A year of audits of the example company, by the command line: time passes, data arrive, are deleted, aren't delivered, come back.

What became of each finding is worked out again here, in plain Python from the words of domain.md 5.3, and compared for every run.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from functional.auditing import houdbaar

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
# Trimmed to what is small: letters, parcels and the use of the portal.
SOURCES = {"messages": "office/messages.csv", "shipments": "office/shipments.csv", "portal": "portal/events_2026-10.ndjson"}
MONTHS = ("2026-10-31", "2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31")
MONTHS += ("2027-04-30", "2027-05-31", "2027-06-30", "2027-07-31", "2027-08-31", "2027-09-30")
NOT_DELIVERED = {"2027-02-28": "portal", "2027-06-30": "messages"}
DELETED, CAME_BACK, ACCEPTED_UNTIL = "2027-01-31", "2027-04-30", "2027-05-31"


@dataclass
class Model:
    """What is expected of each finding of the three sources: its status, and how often it was opened again."""

    status: dict[str, str] = field(default_factory=dict)
    source: dict[str, str] = field(default_factory=dict)
    reopened: dict[str, int] = field(default_factory=dict)

    def next(self, present: Mapping[str, str], absent_source: str | None, accepted: str | None) -> None:
        """One run: the findings that are there with their sources, the source that was not looked at, and the source that is accepted."""
        for name, source in present.items():
            before = self.status.get(name)
            self.source[name] = source
            self.reopened[name] = self.reopened.get(name, 0) + (before == "resolved")
            if before == "resolved":
                self.status[name] = "regressed"
            elif source == accepted:
                self.status[name] = "accepted"
            else:
                self.status[name] = "new" if before is None else "open"
        for name in self.status.keys() - present.keys():
            if self.source[name] != absent_source:
                self.status[name] = "resolved"


def company(folder: Path) -> Path:
    """The example company with three of its sources."""
    for path in SOURCES.values():
        (folder / "exports" / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(SAMPLE / "exports" / path, folder / "exports" / path)
    head, *blocks = (SAMPLE / "houdbaar.toml").read_text(encoding="utf-8").split("[[exports]]")
    kept = [block.split("\n[")[0] for block in blocks if (found := re.search(r'source = "(.+)"', block)) and found[1] in SOURCES]
    head = "\n".join(line for line in head.splitlines() if not line.startswith("sample_key"))
    (folder / "houdbaar.toml").write_text("[[exports]]".join([head + "\n", *kept]) + "\n", encoding="utf-8")
    (folder / "registers").mkdir()
    return folder


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def write_rows(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def change(folder: Path, as_of: str, aside: Path, overdue: set[int]) -> None:
    """The company's month: `overdue` are the rows of messages that the last run said are to go."""
    settings = folder / "houdbaar.toml"
    text = re.sub(
        r'extracted_at = "\d{4}-\d{2}-\d{2}T[^"]+"', f'extracted_at = "{as_of}T23:00:00+01:00"', settings.read_text(encoding="utf-8")
    )
    settings.write_text(text, encoding="utf-8")
    for source, path in SOURCES.items():  # what was not delivered last month is there again
        if (aside / source).exists():
            shutil.move(aside / source, folder / "exports" / path)
    messages, shipments = folder / "exports" / SOURCES["messages"], folder / "exports" / SOURCES["shipments"]
    rows = rows_of(messages)
    if as_of == DELETED:
        assert overdue
        write_rows(aside / "backup.csv", rows)
        rows = [row for number, row in enumerate(rows, 1) if number not in overdue]
    if as_of == CAME_BACK:
        rows = rows_of(aside / "backup.csv")  # somebody put an old copy back
    arrived = {"message_id": f"M-{as_of}", "created_at": as_of, "closed_at": as_of, "email": f"piet.{as_of[:7]}@example.com"}
    write_rows(messages, [*rows, {**dict.fromkeys(rows[0], ""), **arrived}])
    parcel = rows_of(shipments)
    write_rows(shipments, [*parcel, {**parcel[0], "shipment_id": f"S-{as_of}", "shipped_at": as_of, "delivered_at": as_of}])
    if as_of in NOT_DELIVERED:
        shutil.move(folder / "exports" / SOURCES[NOT_DELIVERED[as_of]], aside / NOT_DELIVERED[as_of])


def test_a_year_of_monthly_audits(tmp_path: Path) -> None:
    folder, aside, model = company(tmp_path / "company"), tmp_path / "aside", Model()
    aside.mkdir()
    header = "acceptance_id,code,source,max_records,owner,reason,accepted_on,accepted_until"
    until = f"A-1,RET-SHIP-12,shipments,,head of logistics,carrier's system,2027-01-01,{ACCEPTED_UNTIL}"
    (folder / "registers" / "acceptances.csv").write_text(f"{header}\n{until}\n", encoding="utf-8")
    overdue: set[int] = set()
    seen: dict[str, set[str]] = {}
    for number, as_of in enumerate(MONTHS):
        if number:
            change(folder, as_of, aside, overdue)
        done = houdbaar("audit", folder, "--as-of", as_of, folder=tmp_path, HOUDBAAR_TODAY="2027-12-31")
        assert done.code == (3 if as_of in NOT_DELIVERED else 0), done.said
        run = folder / "runs" / as_of
        lines = [line for line in pq.read_table(run / "findings.parquet").to_pylist() if line["code"].startswith("RET-")]
        overdue = {
            row
            for line in lines
            if line["source"] == "messages"
            for part in line["ranges"]
            for row in range(part["first"], part["last"] + 1)
        }
        present = {line["finding_id"]: line["source"] for line in lines}
        summary: dict[str, Any] = json.loads((run / "summary.json").read_text(encoding="utf-8"))
        state = {item["acceptance_id"]: item["state"] for item in summary["acceptances"]}["A-1"]
        model.next(present, NOT_DELIVERED.get(as_of), "shipments" if state == "effective" else None)

        assert {line["finding_id"]: (line["status"], line["reopen_count"]) for line in lines} == {
            name: (model.status[name], model.reopened[name]) for name in present
        }, as_of
        known = {row["finding_id"]: row for row in pq.read_table(run / "status.parquet").to_pylist() if row["code"].startswith("RET-")}
        assert {name: row["status"] for name, row in known.items()} == model.status, as_of
        assert {row["source"] for row in known.values() if row["is_stale"]} <= {NOT_DELIVERED.get(as_of)}
        assert summary["previous"] == ({"as_of": MONTHS[number - 1]} if number else None)
        for name, status in model.status.items():
            seen.setdefault(status, set()).add(f"{as_of} {model.source[name]}")
        if as_of in NOT_DELIVERED:
            assert any(row["is_stale"] for row in known.values()), as_of
            said = [line for line in pq.read_table(run / "findings.parquet").to_pylist() if line["code"] == "AUD-NOT-TESTED"]
            assert any(line["source"] == NOT_DELIVERED[as_of] and "earlier runs" in line["field"] for line in said)

    # All of it happened: data went, came back, were accepted for a while, and grew old.
    assert f"{DELETED} messages" in seen["resolved"]
    assert f"{CAME_BACK} messages" in seen["regressed"]
    accepted = {place.split()[0] for place in seen["accepted"] if place.endswith(" shipments")}
    assert accepted <= {as_of for as_of in MONTHS if "2027-01-01" <= as_of <= ACCEPTED_UNTIL}
    assert accepted
    assert {place.split()[1] for place in seen["new"]} == set(SOURCES)
    verified = houdbaar("runs", "verify", "--workspace", folder, folder=tmp_path)
    assert (verified.code, "12 recorded runs: all as they were recorded" in verified.stdout) == (0, True)
    listed = json.loads(houdbaar("runs", "list", "--workspace", folder, "--format", "json", folder=tmp_path).stdout)["runs"]
    assert [entry["as_of"] for entry in listed] == list(MONTHS)
