"""The office: contacts, invoices, payments, messages, shipments and devices, each with one record that should have gone."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from houdbaar.sample import files
from houdbaar.sample.people import Person
from houdbaar.sample.planted import Finding, Planted

_CONTACT = (
    "contact_id", "customer_id", "first_name", "last_name", "organisation", "email", "created_at", "last_contact_at", "is_lead",
    "contract_started_on", "contract_ended_on", "inactive_at",
)  # fmt: skip
_INVOICE = ("invoice_number", "customer_id", "invoice_date", "customer_name", "amount", "vat", "currency", "paid_at", "email")
_SECRET = ("account_id", "customer_id", "created_at", "last_login_at", "closed_at", "password_hash")


def write(folder: Path, people: Sequence[Person], planted: Planted) -> None:
    """Write the office's exports; the people are in no other export."""
    _write_contacts(folder / "contacts.csv", people, planted)
    _write_books(folder, people, planted)
    _write_service(folder, people, planted)


def _write_contacts(path: Path, people: Sequence[Person], planted: Planted) -> None:
    # After the made-up person: when the row was made, last contact, lead, contract from and to, inactive since.
    stories = [("2021-03-01", "2026-10-01", "", "2021-03-01", "", "")] * 20
    stories += [
        ("2020-02-01", "2025-08-01", "", "2020-02-01", "2025-10-30", ""),
        ("2020-02-01", "2025-08-01", "", "2020-02-01", "2025-10-31", ""),
        ("2020-02-01", "2024-08-01", "", "2020-02-01", "", "2025-09-15"),
        ("2020-02-01", "2024-10-30", "", "2020-02-01", "", ""),
        ("2025-01-10", "2025-10-30", "true", "", "", ""),
        ("2026-01-10", "2026-02-20", "true", "", "", ""),
    ]
    rows = [
        (f"C-{number:03}", person.customer_id, person.first_name, person.surname, person.organisation, person.email, *story)
        for number, (person, story) in enumerate(zip(people, stories, strict=False), start=1)
    ]
    files.write_csv(path, _CONTACT, rows)
    ended = Finding("RET-REL-END", "contacts", "contact", verdict="OVERDUE")
    planted.add(ended, "contract ended, or the person left, 12 months ago and longer", 2)
    planted.add(Finding("RET-REL-DORMANT", "contacts", "contact", verdict="OVERDUE"), "no sign of life for 24 months")
    planted.add(Finding("RET-LEAD-12", "contacts", "contact", verdict="OVERDUE"), "a prospect, last in touch 12 months ago")


def _write_books(folder: Path, people: Sequence[Person], planted: Planted) -> None:
    """Number 1 is past its years; 24 is missing; the customer of 23 left: only the books keep that invoice."""
    rows = []
    for number in range(1, 41):
        person = people[20 if number in (1, 23) else number % 20]
        day = "2018-06-01" if number == 1 else f"{2020 + number // 10}-{number % 12 + 1:02}-10"
        email = person.email if number == 23 else ""
        rows.append((f"F{number:04}", person.customer_id, day, person.full_name, "121.00", "21.00", "EUR", day, email))
    del rows[23]
    files.write_csv(folder / "invoices.csv", _INVOICE, rows)
    planted.add(Finding("RET-STAT-OVER", "invoices", "invoice", verdict="OVERDUE"), "an invoice past its statutory years")
    planted.add(Finding("RET-STAT-EARLY", "invoices", "invoice", reason="numbers missing"), "a number that is missing")
    planted.add(Finding("RET-STAT-FIELDS", "invoices", "invoice", "email"), "an address that the books do not need")
    orders = [("O-1", people[40].customer_id, "2017-05-05", "completed"), ("O-2", people[40].customer_id, "2025-05-05", "completed")]
    files.write_csv(folder / "old-orders.csv", ("order_id", "customer_id", "ordered_at", "status"), orders)
    planted.add(Finding("RET-NO-PURPOSE", "old-orders", "order"), "an order past the years of the books")
    payments = [("P-1", people[40].customer_id, "2017-05-06", "60.50"), ("P-2", people[40].customer_id, "2025-05-06", "60.50")]
    files.write_csv(folder / "payments.csv", ("payment_id", "customer_id", "paid_at", "amount"), payments)
    planted.add(Finding("RET-STAT-OVER", "payments", "payment", verdict="OVERDUE"), "a payment past the years of the books")


def _write_service(folder: Path, people: Sequence[Person], planted: Planted) -> None:
    columns = ("message_id", "channel", "created_at", "closed_at", "email", "subject")
    days = ["2025-10-29", *(f"2026-{month:02}-05" for month in range(1, 10))]
    messages = [(f"M-{number}", "mail", day, day, people[30].email, "vraag") for number, day in enumerate(days, start=1)]
    files.write_csv(folder / "messages.csv", columns, messages)
    planted.add(Finding("RET-COR-12", "messages", "message", verdict="OVERDUE"), "a question, answered 12 months ago")
    person = people[31]
    shipments = [
        (f"S-{number}", person.full_name, person.street, person.house_number, person.postcode, person.town, day, day)
        for number, day in enumerate(["2025-09-01", *days])
    ]
    parcel = ("shipment_id", "name", "street", "house_number", "postcode", "city", "shipped_at", "delivered_at")
    files.write_csv(folder / "shipments.csv", parcel, shipments)
    planted.add(Finding("RET-SHIP-12", "shipments", "shipment", verdict="OVERDUE"), "a parcel, delivered 12 months ago")
    planted.add(Finding("RET-SHIP-12", "shipments", "shipment", verdict="HELD"), "a parcel that hold H-5 is about")
    devices = [(f"D-{number}", f"SN{number:05}", "2026-09-30" if number == 1 else "", people[32].full_name) for number in range(1, 11)]
    files.write_csv(folder / "devices.csv", ("device_id", "serial", "contract_ended_on", "driver_name"), devices)
    planted.add(Finding("RET-DPA-END", "devices", "device", verdict="OVERDUE"), "a device whose contract ended 31 days ago")
    hashes = [
        ("B-1", "", "2024-01-10", "2026-10-01", "2026-10-30", sha256(b"made up").hexdigest()),
        ("B-2", "", "2024-01-10", "2026-10-01", "", ""),
    ]
    files.write_csv(folder / "dealer-accounts.csv", _SECRET, hashes)
    planted.add(Finding("SCP-SECRET-HASH", "dealer-accounts", "account", "password_hash", reason="secret hash"), "password hashes")
    planted.add(Finding("RET-SECRET", "dealer-accounts", "account", verdict="OVERDUE"), "a password hash of a closed account")
