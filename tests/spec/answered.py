"""Answers to requests as `houdbaar request package` makes them, for exports and registers that a test draws."""

import csv
import functools
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from houdbaar.cli.main import app
from spec.conftest import write
from spec.given import KEY, Export, csv_bytes, drawn, plain

REQUEST = (
    "request_id | right | channel | received_at | identifiers | language | state | verified_at | old_value | new_value | outcome"
    " | refusal_reason"
)
DAY = "2026-11-25"


Ask = Callable[..., "Answered"]


@dataclass(frozen=True)
class Answered:
    """One finished command, and the folder of the package."""

    exit_code: int
    stdout: str
    stderr: str
    folder: Path

    @property
    def letter(self) -> str:
        """The letter to the person, in whichever language."""
        (path,) = (self.folder / "package").glob("*.md")
        return path.read_text(encoding="utf-8")

    @property
    def page(self) -> str:
        """The letter as a page."""
        (path,) = (self.folder / "package").glob("*.html")
        return path.read_text(encoding="utf-8")

    def json(self, name: str) -> Any:
        """A JSON file of the package."""
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    def rows(self, source: str) -> list[dict[str, Any]]:
        """What the person gets of a source."""
        return [row["gegevens"] for row in self.json(f"package/gegevens/{source}/gegevens.json")]

    def table(self, source: str) -> list[dict[str, str]]:
        """The same as a spreadsheet shows it."""
        text = (self.folder / f"package/gegevens/{source}/gegevens.csv").read_bytes().decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    @property
    def missing(self) -> set[tuple[str, str]]:
        """DSR-PACKAGE, as the officer is told: (block, severity)."""
        return {(gap["field"], gap["severity"]) for gap in self.json("officer/controle.json")["findings"]}

    @property
    def redactions(self) -> set[tuple[str, int, str, str]]:
        """The log of redactions: (source, row, field, reason)."""
        return {(each["source"], each["row"], each["field"], each["reason"]) for each in self.json("officer/controle.json")["redactions"]}

    @property
    def steps(self) -> dict[str, dict[str, Any]]:
        """The plan: 'contact 1' -> step."""
        return {f"{step['source']} {step['row']}": step for step in self.json("officer/plan.json")["steps"]}

    @property
    def files(self) -> dict[str, bytes]:
        """Every file by its path."""
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in sorted(self.folder.rglob("*")) if path.is_file()}

    def holds(self, *texts: str) -> list[str]:
        """Which of these texts stand in any file, whatever the case, or were printed."""
        everything = b"\n".join(self.files.values()).decode().casefold() + (self.stdout + self.stderr).casefold()
        return [text for text in texts if text.casefold() in everything]


def requested(
    right: str,
    identifiers: str = "email=jan@voorbeeld.nl",
    language: str = "nl",
    state: str = "verified",
    verified_at: str = "2026-11-04",
    old_value: str = "",
    refused: str | None = None,
) -> str:
    """The register of requests with the one request DSR-1."""
    told = "| |" if refused is None else f"| refused | {refused}"
    return f"{REQUEST}\nDSR-1 | {right} | mail | 2026-11-03 | {identifiers} | {language} | {state} | {verified_at} | {old_value} | {told}"


def answered(
    place: Path,
    right: str,
    *exports: Export,
    registers: Mapping[str, str] | None = None,
    settings: str | None = None,
    arguments: tuple[str, ...] = (),
    environment: Mapping[str, str] | None = None,
    request_id: str = "DSR-1",
    **request: str,
) -> Answered:
    """Write the workspace, and make the package of its one request."""
    write(place, exports, settings=settings, registers={"requests": requested(right, **request), **(registers or {})})
    return package(place, request_id, *arguments, environment=environment)


def asker(place: Path, *exports: Export, registers: Mapping[str, str] | None = None) -> Ask:
    """A workspace that gets one request after the other, as `requested` words them; the same request is answered once."""
    write(place, exports, registers=registers)
    numbers = count(1)

    @functools.cache
    def ask(right: str, **request: str) -> Answered:
        rows = csv_bytes(drawn(requested(right, **request)), expected=())
        (place / "registers" / "requests.csv").write_bytes(rows)
        found = package(place)
        if not (place / "runs").exists():
            return found
        kept = (place / "runs").rename(place / f"answer-{next(numbers)}")  # out of the way of the next request
        return replace(found, folder=kept / found.folder.relative_to(place / "runs"))

    return ask


def package(place: Path, request_id: str = "DSR-1", *arguments: str, environment: Mapping[str, str] | None = None) -> Answered:
    """Make the package of a request of a workspace that is there."""
    command = ["request", "package", request_id, "--workspace", str(place), "--as-of", DAY, *arguments]
    done = CliRunner().invoke(app, command, prog_name="houdbaar", catch_exceptions=False, env={"HOUDBAAR_KEY": KEY, **(environment or {})})
    return Answered(done.exit_code, done.stdout, done.stderr, place / "runs" / "requests" / "private" / request_id)


# ---- a company that knows Jan, and Els whom nobody asked about ----

CONTACTS = plain(
    "contact",
    """
    contact_id | customer_id | first_name | name_prefix | last_name | email | phone | street | house_number | postcode | city | created_at | geboorteplaats | noodcontact | wachtwoord | notes
    C-1 | K-1 | Jan | van der | Jansen | jan@voorbeeld.nl | 06-12345679 | Dijk | 1 | 1234 CD | Tiel | 2021-03-01 | Nijmegen | Els de Wit | geheim123! | belt liever; partner piet@voorbeeld.nl, 06 8765 4322
    C-2 | K-2 | Els | | Bakker | els@voorbeeld.nl | 06-87654321 | Zeeweg | 2 | 2345 CE | Ede | 2021-03-01 | Zutphen | Karel Smit | Welkom01 | komt altijd op vrijdag
    """,  # noqa: E501
)  # fmt: skip
ORDERS = plain(
    "order",
    """
    order_id | customer_id | email | phone | name | street | house_number | postcode | city | ordered_at | status | total | currency
    O-1 | K-1 | jan@voorbeeld.nl | 06-12345679 | J. van der Jansen | Dijk | 1 | 1234 CD | Tiel | 2024-05-01 10:00 | completed | 99.50 | EUR
    O-2 | K-2 | els@voorbeeld.nl | 06-87654321 | Els Bakker | Zeeweg | 2 | 2345 CE | Ede | 2024-05-01 10:00 | completed | 12.25 | EUR
    """,
)  # fmt: skip
SHIPMENTS = plain(
    "shipment",
    """
    shipment_id | order_id | customer_id | name | street | house_number | postcode | city | phone | email | carrier | shipped_at | delivered_at
    S-1 | O-1 | K-1 | Piet Smit | Laanweg | 77 | 4321 AB | Urk | 06-11122233 | piet@voorbeeld.nl | Voorbeeld Koeriers | 2024-05-02 | 2024-05-03
    S-2 | O-1 | K-1 | J. van der Jansen | Dijk | 1 | 1234 CD | Tiel | 06-12345679 | jan@voorbeeld.nl | Voorbeeld Koeriers | 2026-05-02 | 2026-05-03
    """,  # noqa: E501
)  # fmt: skip
INVOICES = plain(
    "invoice",
    """
    invoice_number | customer_id | invoice_date | customer_name | amount | vat | currency | paid_at | email | phone | notes
    F-1 | K-1 | 2024-05-01 | J. van der Jansen | 99.50 | 17.27 | EUR | 2024-05-04 | jan@voorbeeld.nl | 06-12345679 | vaste klant
    F-2 | K-2 | 2024-05-01 | Els Bakker | 12.25 | 2.13 | EUR | 2024-05-04 | els@voorbeeld.nl | 06-87654321 | betaalt laat
    """,
)
MESSAGES = plain(
    "message",
    """
    message_id | customer_id | channel | created_at | closed_at | name | email | subject | body
    M-1 | K-1 | mail | 2026-01-05 | 2026-01-06 | Jan van der Jansen | jan@voorbeeld.nl | vraag | Mijn buurvrouw els@voorbeeld.nl (06 8765 4321) heeft dezelfde tracker en die doet het wel.
    """,  # noqa: E501
)  # fmt: skip
MEMBERS = plain(
    "mail_member",
    """
    list_id | email | status | signup_source | opted_in_at | first_name | last_name | rating
    nieuws | jan@voorbeeld.nl | subscribed | newsletter | 2025-11-01 10:00 | Jan | van der Jansen | 4
    nieuws | els@voorbeeld.nl | subscribed | newsletter | 2025-11-02 11:11 | Els | Bakker | 3
    """,
)
TRACKERS = plain(
    "device",
    """
    device_id | customer_id | serial | driver_name | driver_email | contract_ended_on
    D-1 | K-9 | SN-778899 | Jan van der Jansen | jan@voorbeeld.nl |
    """,
    role="processor",
)
VISITS = plain(
    "analytics_event",
    """
    event_at | event_name | client_id | page_url | analytics_consent
    2026-10-01 10:00 | page_view | 123456.1700000000 | https://voorbeeld.nl/ | granted
    """,
)
COMPANY = (CONTACTS, ORDERS, SHIPMENTS, INVOICES, MESSAGES, MEMBERS, TRACKERS, VISITS)
REGISTERS = {
    "disclosures": """disclosure_id | recipient | recipient_kind | disclosed_on | customer_id | legal_ground
        D-1 | Teltonika | partner | 2026-02-03 | K-1 |
        D-2 | Recherche Voorbeeldstad | authority | 2026-03-03 | K-1 | vordering 77""",
    "transfers": """transfer_id | recipient | country | instrument | valid_from | valid_to | sources
        T-1 | Mailprogramma Voorbeeld | US | dpf | 2023-07-10 | | mail_member""",
    "consents": """consent_id | identifier_kind | identifier_value | purpose | granted_at | evidence
        CO-1 | email | jan@voorbeeld.nl | P-MARKETING | 2025-11-01 | formulier 3""",
}
# What is somebody else's in that company: none of it may leave in an answer to Jan.
OTHERS = (
    "Els", "Bakker", "els@voorbeeld.nl", "87654321", "8765 4321", "Zeeweg", "2345 CE", "Ede", "Zutphen", "Karel", "Welkom01", "vrijdag",
    "12.25", "betaalt laat", "Piet", "piet@voorbeeld.nl", "8765 4322", "Laanweg", "4321 AB", "Urk", "11122233", "de Wit", "O-2", "C-2",
)  # fmt: skip
