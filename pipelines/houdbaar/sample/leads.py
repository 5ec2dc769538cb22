"""People who asked for a quote: a small list that came from many hands, and shows it."""

from __future__ import annotations

from pathlib import Path

from houdbaar.sample import files
from houdbaar.sample.planted import Finding, Planted

SOURCE = "leads"
COLUMNS = (
    "contact_id", "first_name", "last_name", "email", "created_at", "last_contact_at", "is_lead", "contract_started_on",
    "contract_ended_on", "signup_source", "tags",
)  # fmt: skip
_NAMES = ("Femke Bos", "Jasper Dijkstra", "Noor Visser", "Tijn Smit", "Lotte Mulder", "Daan Kok", "Saar Vos", "Bas Peters", "Iris Kuipers")
_FLAWS: tuple[tuple[int, dict[str, str], Finding, str], ...] = (
    (1, {"signup_source": "import"}, Finding("SCP-SOURCE", SOURCE, "contact", "signup_source"), "bought or copied, nobody knows where"),
    (2, {"tags": "credit score D"}, Finding("SCP-ART22", SOURCE, "contact", "tags"), "a score that decides who may buy on account"),
    (3, {"email": "tijn.smit@voorbeeld"}, Finding("DQ-EMAIL-INVALID", SOURCE, "contact", "email"), "an address without its end"),
    (4, {"contact_id": ""}, Finding("DQ-ID-NULL", SOURCE, "contact"), "a prospect without a number"),
    (
        5,
        {"contract_started_on": "2026-10-12", "contract_ended_on": "2026-10-02"},
        Finding("DQ-TS-ORDER", SOURCE, "contact", "contract_ended_on"),
        "a contract that ended before it began",
    ),
    (
        6,
        {"created_at": "2026-03-29 02:30:00"},
        Finding("DQ-TS-NONEXISTENT", SOURCE, "contact", "created_at", reason="no such clock time in Europe/Amsterdam"),
        "an hour that summer time skipped",
    ),
)


def write(path: Path, planted: Planted) -> None:
    """Write the list: nine prospects of this year, six of them with a flaw, and one of them twice."""
    rows = [_row(number, name) for number, name in enumerate(_NAMES, 1)]
    for position, cells, finding, note in _FLAWS:
        rows[position] |= cells
        planted.add(finding, note)
    rows.append(rows[0])
    planted.add(Finding("DQ-ROW-DUP", SOURCE, "contact"), "a row that was copied")
    files.write_csv(path, COLUMNS, [[row[name] for name in COLUMNS] for row in rows])


def _row(number: int, name: str) -> dict[str, str]:
    first, last = name.split(" ", 1)
    return {
        **dict.fromkeys(COLUMNS, ""),
        "contact_id": f"L-{number:03}",
        "first_name": first,
        "last_name": last,
        "email": f"{first}.{last}@voorbeeld.nl".lower(),
        "created_at": f"2026-0{number}-14 10:00:00",
        "last_contact_at": f"2026-0{number}-20 10:00:00",
        "is_lead": "true",
        "signup_source": "quote",
    }
