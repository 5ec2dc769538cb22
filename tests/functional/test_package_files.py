"""How packages reach the disk: encrypted when asked, aside first, and from every kind of export."""

import datetime as dt
import decimal
import io
import json
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from houdbaar.errors import UsageError
from houdbaar.ledger.package_folder import write_package
from spec.answered import CONTACTS, MEMBERS, REGISTERS, Answered, answered, package
from spec.given import Export, table

PASSPHRASE = "vier woorden zijn lang genoeg"


def opened(found: Answered, passphrase: str) -> dict[str, bytes]:
    """The members of an encrypted package."""
    import pyzipper

    with pyzipper.AESZipFile(found.folder / "package.zip") as archive:
        archive.setpassword(passphrase.encode())
        return {name: archive.read(name) for name in archive.namelist()}


def test_what_goes_to_the_person_can_be_encrypted(tmp_path):
    secret = tmp_path / "passphrase"
    secret.write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    found = answered(tmp_path / "company", "access", CONTACTS, registers=REGISTERS, arguments=("--passphrase-file", str(secret)))
    assert found.exit_code == 0, found.stderr
    assert not (found.folder / "package").exists()
    members = opened(found, PASSPHRASE)
    assert {"antwoord.md", "manifest.json", "verantwoording.json", "gegevens/contact/gegevens.csv"} <= set(members)
    assert b"Jan van der Jansen" in members["antwoord.md"]
    assert b"jan@voorbeeld.nl" not in (found.folder / "package.zip").read_bytes()
    assert (found.folder / "package.zip").stat().st_mode & 0o777 == 0o600
    with pytest.raises(RuntimeError, match="password"):
        opened(found, "een verkeerde wachtzin")


def test_the_passphrase_comes_from_the_environment_too(tmp_path):
    found = answered(
        tmp_path / "company",
        "access",
        CONTACTS,
        registers=REGISTERS,
        arguments=("--encrypt",),
        environment={"HOUDBAAR_PASSPHRASE": PASSPHRASE},
    )
    assert found.exit_code == 0, found.stderr
    assert "antwoord.md" in opened(found, PASSPHRASE)


def test_without_a_terminal_nobody_is_asked_for_a_passphrase(tmp_path):
    found = answered(tmp_path / "company", "access", CONTACTS, registers=REGISTERS, arguments=("--encrypt",))
    assert found.exit_code == 2
    assert "no terminal to ask for one: set HOUDBAAR_PASSPHRASE" in found.stderr
    assert "Warning" not in found.stderr + found.stdout


def test_no_option_takes_the_passphrase_itself(tmp_path):
    found = answered(tmp_path / "company", "access", CONTACTS, arguments=("--passphrase", PASSPHRASE))
    assert found.exit_code == 2
    assert not (tmp_path / "company" / "runs").exists()


@pytest.mark.parametrize(("given", "told"), [("kort", "shorter than 12"), ("", "no passphrase was given")])
def test_a_short_passphrase_is_refused(tmp_path, given, told):
    found = answered(tmp_path / "company", "access", CONTACTS, arguments=("--encrypt",), environment={"HOUDBAAR_PASSPHRASE": given})
    assert found.exit_code == 2
    assert told in found.stderr
    assert given not in found.stderr or not given


def test_without_the_extra_it_is_said_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyzipper", None)  # what Python makes of a package that isn't there
    found = answered(tmp_path / "company", "access", CONTACTS, arguments=("--encrypt",), environment={"HOUDBAAR_PASSPHRASE": PASSPHRASE})
    assert found.exit_code == 2
    assert "houdbaar[crypt]" in found.stderr


def test_a_new_package_takes_the_place_of_the_old_one(tmp_path):
    first = answered(tmp_path / "company", "access", CONTACTS, MEMBERS, registers=REGISTERS)
    assert (first.folder / "package" / "gegevens" / "mail_member").exists()
    (tmp_path / "company" / "exports" / "mail_member" / "export.csv").write_bytes(b"list_id,email,status\nn,els@voorbeeld.nl,subscribed\n")
    again = package(tmp_path / "company")
    assert again.exit_code == 0, again.stderr
    assert not (again.folder / "package" / "gegevens" / "mail_member").exists()
    assert [path.name for path in again.folder.parent.iterdir()] == ["DSR-1"]


def test_the_old_package_stays_until_the_new_one_is_in_place(tmp_path):
    private = tmp_path / "private"
    write_package(private / "DSR-1", {"package/antwoord.md": b"old"}, None)
    (private / "DSR-1").rename(private / ".houdbaar-replaced-DSR-1")  # what a replacement leaves that was cut short between its renames
    with pytest.raises(UsageError, match="nothing can be written"):
        write_package(private / "DSR-1", {"package": b"a file", "package/antwoord.md": b"in a file"}, None)
    assert [path.name for path in private.iterdir()] == ["DSR-1"]
    assert (private / "DSR-1/package/antwoord.md").read_bytes() == b"old"
    write_package(private / "DSR-1", {"package/antwoord.md": b"new"}, None)
    assert [path.name for path in private.iterdir()] == ["DSR-1"]
    assert (private / "DSR-1/package/antwoord.md").read_bytes() == b"new"


@pytest.mark.parametrize("name", ["executed_at", "closed_at"])
def test_of_a_request_that_was_carried_out_the_package_stays(tmp_path, name):
    """It says what was done and told."""
    first = answered(tmp_path / "company", "access", CONTACTS, registers=REGISTERS)
    register = tmp_path / "company" / "registers" / "requests.csv"
    header, row = register.read_text(encoding="utf-8").splitlines()
    register.write_text(f"{header},{name}\n{row},2026-11-20\n", encoding="utf-8")
    was = {path: path.read_bytes() for path in first.folder.rglob("*") if path.is_file()}
    again = package(tmp_path / "company")
    assert (again.exit_code, "carried out or closed" in again.stderr, "--output" in again.stderr) == (2, True, True)
    assert {path: path.read_bytes() for path in first.folder.rglob("*") if path.is_file()} == was
    assert package(tmp_path / "company", "DSR-1", "--output", str(tmp_path / "now")).exit_code == 0


def test_output_names_another_folder(tmp_path):
    found = answered(tmp_path / "company", "access", CONTACTS, registers=REGISTERS, arguments=("--output", str(tmp_path / "elders")))
    assert found.exit_code == 0, found.stderr
    assert (tmp_path / "elders" / "private" / "DSR-1" / "package" / "antwoord.md").is_file()
    assert {path.name for path in (tmp_path / "elders").iterdir()} == {"private"}


def test_a_folder_that_takes_nothing_is_told(tmp_path):
    (tmp_path / "elders").write_text("a file", encoding="utf-8")
    found = answered(tmp_path / "company", "access", CONTACTS, registers=REGISTERS, arguments=("--output", str(tmp_path / "elders")))
    assert (found.exit_code, "elders" in found.stderr) == (2, True)


def test_the_answer_for_programs_holds_no_values(tmp_path):
    found = answered(tmp_path / "company", "access", CONTACTS, registers=REGISTERS, arguments=("--format", "json"))
    told = json.loads(found.stdout)
    assert (told["records"], told["sources"], told["right"]) == (3, ["contact", "register.consent", "register.disclosure"], "access")
    assert "jan@voorbeeld.nl" not in found.stdout + found.stderr


def parquet(rows: list[dict]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), buffer)
    return buffer.getvalue()


ROWS = [
    {"contact_id": "C-1", "email": "els@voorbeeld.nl", "created_at": "2021-03-01", "hobby": "lezen"},
    {"contact_id": "C-2", "email": "jan@voorbeeld.nl", "created_at": "2021-03-01", "hobby": "zeilen"},
]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "export.csv",
            b"contact_id,email,created_at,hobby\nC-1,els@voorbeeld.nl,2021-03-01,lezen\nC-2,jan@voorbeeld.nl,2021-03-01,zeilen\n",
        ),
        ("export.ndjson", "".join(json.dumps(row) + "\n" for row in ROWS).encode()),
        ("export.json", json.dumps(ROWS).encode()),
        ("export.parquet", parquet(ROWS)),
    ],
)
def test_the_row_is_the_same_from_every_format(tmp_path: Path, name: str, content: bytes):
    found = answered(tmp_path / "company", "access", Export("plain.contact", {name: content}), registers=REGISTERS)
    assert found.exit_code == 0, found.stderr
    assert found.rows("contact") == [ROWS[1]]


def test_an_excel_row_is_given_whole(tmp_path):
    import openpyxl

    book, buffer = openpyxl.Workbook(), io.BytesIO()
    for row in (list(ROWS[0]), *(list(row.values()) for row in ROWS)):
        book.active.append(row)
    book.save(buffer)
    found = answered(tmp_path / "company", "access", Export("plain.contact", {"export.xlsx": buffer.getvalue()}), registers=REGISTERS)
    assert found.exit_code == 0, found.stderr
    assert found.rows("contact")[0]["hobby"] == "zeilen"


def test_a_headers_own_spelling_is_kept(tmp_path):
    people = table("plain.contact", "Contactnummer | E-mail | Aangemaakt op\nC-1 | JAN@Voorbeeld.nl | 2021-03-01")
    found = answered(tmp_path / "company", "access", people, registers=REGISTERS)
    assert found.exit_code == 0, found.stderr
    assert found.rows("contact") == [{"Contactnummer": "C-1", "E-mail": "JAN@Voorbeeld.nl", "Aangemaakt op": "2021-03-01"}]


def test_numbers_and_days_of_somebody_else_stay_out(tmp_path):
    parcel = {
        "shipment_id": "S-1", "customer_id": "K-1", "name": "Piet Smit", "house_number": 7777, "phone": 31687654321,
        "phone_2": decimal.Decimal("31687654323.00"), "fax": b"31687654324", "extra_phones": [31687654322, 31612345679],
        "geboortedatum": dt.date(1970, 2, 3), "geslacht": "m", "gebruikersnaam": "pietje70", "parcels": 3,
        "geboren_ontvanger": dt.date(1970, 2, 3),
        "delivered_at": dt.date(2026, 5, 3),
    }  # fmt: skip
    shipments = Export("plain.shipment", {"export.parquet": parquet([parcel])})
    found = answered(tmp_path / "company", "access", CONTACTS, shipments, registers=REGISTERS)
    assert found.exit_code == 0, found.stderr
    (row,) = found.rows("shipment")
    assert (row["shipment_id"], row["customer_id"], row["parcels"], row["delivered_at"]) == ("S-1", "K-1", 3, "2026-05-03")
    assert row["extra_phones"] == ["[telefoonnummer van een ander]", 31612345679]
    assert row["geboren_ontvanger"] == "[gegevens van een ander]"
    assert found.holds("7777", "3168765432", "1970", "pietje70") == []
    withheld = {
        "name",
        "house_number",
        "phone",
        "phone_2",
        "fax",
        "extra_phones",
        "geboortedatum",
        "geslacht",
        "gebruikersnaam",
        "geboren_ontvanger",
    }
    assert {field for source, _, field, _ in found.redactions if source == "shipment"} == withheld
