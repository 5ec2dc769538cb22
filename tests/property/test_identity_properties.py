"""Whose records are whose: the program against a plain reading of domain.md 4.2 and 4.3, on made-up people (section 7, laws 4, 11)."""

import csv
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from houdbaar.cli.main import app
from reference.budget import budget
from reference.identity import People, Row, md5

PEOPLE = (
    {"name": "Jan Jansen", "customer_id": "K-1", "own": "jan@example.com", "old": "j.jansen@example.com", "person_id": "E1"},
    {"name": "Joke Jansen", "customer_id": "K-2", "own": "joke@example.com", "old": "joke.oud@example.com", "person_id": "E2"},
    {"name": "Piet Wit", "customer_id": "K-3", "own": "piet@voorbeeld.nl", "old": "piet.oud@voorbeeld.nl", "person_id": "E3"},
)
HOUSE = {"email": "thuis@example.com", "phone": "0612345679", "iban": "NL91ABNA0417164300"}  # shared by all who say so
OWN = {"phone": ("0687654312", "0687654313", "0687654314"), "iban": ("NL20INGB0001234567", "NL02ABNA0123456789", "NL39RABO0300065264")}
COLUMNS = {
    "contact": ("customer_id", "name", "email", "previous_email", "phone", "iban"),
    "order": ("customer_id", "name", "email", "phone"),
    "mail_member": ("email", "email_md5", "person_id"),
    "payment": ("customer_id", "name", "iban"),
    "mail_activity": ("email", "email_md5"),
    "analytics_event": ("user_id",),
}
FIRST = {
    "contact": "contact_id,customer_id,first_name,last_name,email,previous_email,phone,iban,city,organisation,created_at",
    "order": "order_id,customer_id,name,email,phone,ordered_at",
    "mail_member": "list_id,email,email_md5,person_id,status",
    "payment": "payment_id,customer_id,account_name,iban,paid_at",
    "mail_activity": "email,email_md5,kind,happened_at,ip",
    "analytics_event": "event_at,event_name,client_id,user_id,ip",
}
QUESTIONS: list[Row] = [
    *({"email": each["own"]} for each in PEOPLE),
    *({"customer_id": each["customer_id"]} for each in PEOPLE),
    {"email": PEOPLE[0]["old"]},
    {"email": HOUSE["email"]},
    *({"email": HOUSE["email"], "name": each["name"]} for each in PEOPLE),
    *({"phone": HOUSE["phone"], "name": each["name"]} for each in PEOPLE),
    *({"iban": HOUSE["iban"], "name": each["name"]} for each in PEOPLE),
]


@st.composite
def rows(draw: st.DrawFn) -> Row:
    """One row of an export, of one of the people: some of what they are known by."""
    entity = draw(st.sampled_from(sorted(COLUMNS)))
    number = draw(st.integers(0, len(PEOPLE) - 1))
    who = PEOPLE[number]
    email = draw(st.sampled_from([who["own"], who["own"], who["old"], HOUSE["email"]]))
    said = {
        "customer_id": who["customer_id"], "user_id": who["customer_id"], "name": who["name"], "email": email, "email_md5": md5(email),
        "previous_email": who["old"], "person_id": who["person_id"] if email == who["own"] else None,
        "phone": draw(st.sampled_from([OWN["phone"][number], HOUSE["phone"]])),
        "iban": draw(st.sampled_from([OWN["iban"][number], HOUSE["iban"]])),
    }  # fmt: skip
    kept = draw(st.sets(st.sampled_from(COLUMNS[entity])))
    if entity in ("mail_member", "mail_activity") and kept.isdisjoint(("email", "email_md5")):
        kept = kept | {"email_md5"}
    return {"entity": entity, **{column: said[column] if column in kept else None for column in COLUMNS[entity]}}


def spelt(row: Row, number: int, *, is_alike: bool) -> dict[str, str]:
    """A row as an export has it: addresses and numbers in one of several spellings; `is_alike`: with one IP address and town for all."""
    cells = {column: value or "" for column, value in row.items() if column != "entity"}
    if cells.get("email") and number % 2:
        cells["email"] = f" {cells['email'].upper()} "
    if cells.get("phone"):
        cells["phone"] = [cells["phone"], f"+31 (0)6-{cells['phone'][2:]}", f"00316 {cells['phone'][2:]}"][number % 3]
    cells["first_name"], _, cells["last_name"] = cells.get("name", "").partition(" ")
    cells["account_name"] = cells.get("name", "").upper()
    key = f"{row['entity']}-{number}"
    cells |= dict.fromkeys(("contact_id", "order_id", "payment_id"), key) | {"list_id": "news", "status": "subscribed", "kind": "click"}
    cells |= dict.fromkeys(("created_at", "ordered_at", "paid_at", "happened_at", "event_at"), "2026-02-01T10:00:00Z")
    alike = dict.fromkeys(("ip", "city", "organisation"), "203.0.113.7" if is_alike else "")
    return {**cells, "event_name": "page_view", "client_id": f"c-{number}", **alike}


def found(written: Sequence[tuple[int, Row]], *, parts: int = 1, is_alike: bool = False) -> list[set[int]]:
    """What the program says is certainly theirs, question by question, as numbers of rows."""
    with tempfile.TemporaryDirectory() as folder:
        place: dict[tuple[str, int], int] = {}
        for entity, header in FIRST.items():
            mine = [(number, row) for number, row in written if row["entity"] == entity]
            for part in range(parts):
                some = mine[part::parts]
                if some:
                    file = Path(folder) / "given" / entity / f"part-{part}.csv"
                    file.parent.mkdir(parents=True, exist_ok=True)
                    with file.open("w", encoding="utf-8", newline="") as stream:
                        writer = csv.DictWriter(stream, header.split(","), extrasaction="ignore", restval="")
                        writer.writeheader()
                        writer.writerows(spelt(row, number, is_alike=is_alike) for number, row in some)
                    place |= {(f"{entity}/{file.name}", at): number for at, (number, _) in enumerate(some, start=1)}
        asked = Path(folder) / "people.csv"
        with asked.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, ["person", "email", "customer_id", "phone", "iban", "name"], restval="")
            writer.writeheader()
            writer.writerows({"person": str(number), **question} for number, question in enumerate(QUESTIONS))
        command = ["subject", "find", "--workspace", f"{folder}/given", "--from", str(asked), "--output", f"{folder}/out"]
        done = CliRunner().invoke(app, command, prog_name="houdbaar", catch_exceptions=False)
        assert done.exit_code == 0, done.stderr
        answers: list[set[int]] = [set() for _ in QUESTIONS]
        for each in pq.read_table(f"{folder}/out/private/records.parquet").to_pylist():
            if each["tier"] == "definite":
                answers[int(each["person"])].add(place[each["file"], each["row"]])
        return answers


@budget(8)
@given(st.lists(rows(), min_size=2, max_size=14))
def test_certain_records_are_those_of_the_reference(drawn: list[Row]) -> None:
    people = People(drawn)
    expected = [people.of(question) for question in QUESTIONS]
    assert found(list(enumerate(drawn))) == expected


@budget(4)
@given(st.lists(rows(), min_size=4, max_size=14), st.randoms(use_true_random=False))
def test_order_and_weak_keys_change_nothing(drawn: list[Row], chance: random.Random) -> None:
    """Rows in any order and any file; without telephone numbers that no name stands beside; with an IP address, a town and a namesake."""
    written = list(enumerate(drawn))
    first = found(written)
    bare = [(number, {**row, "phone": row.get("phone") if row.get("name") else None}) for number, row in written]
    chance.shuffle(bare)
    namesake = {**dict.fromkeys(COLUMNS["contact"]), "entity": "contact", "name": PEOPLE[0]["name"], "customer_id": "K-99"}
    assert found([*bare, (len(drawn), namesake)], parts=2, is_alike=True) == first
