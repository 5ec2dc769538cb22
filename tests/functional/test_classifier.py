"""How well columns are classified: precision and recall, by kind and over all, on labelled columns (run with -s to see the tables).

The labels of the example company are its contracts' classifications; those of real systems' exports stand in column_labels.csv. A column
without any value has nothing to be found, and is left out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from houdbaar.engines.duckdb import Engine
from houdbaar.exports.classify.classify import INDICATED, PROVEN, ColumnClass, classify
from houdbaar.exports.classify.sample import Sample
from houdbaar.exports.contract import Column, bound_columns, read_structure
from houdbaar.exports.inventory import take_inventory
from houdbaar.exports.read import read
from houdbaar.workspace import Workspace

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared" / "exports"
NONE = "-"
# The classifier's words, and what they are called in the labels.
SAME = {"email_hash": "email", "postcode_full": "postcode", "geo_fine": "geo", "secret_plain": "secret", "secret_hash": "secret"}
OF_CONTRACT = {
    "user.contact.email": "email",
    "user.name": "name",
    "user.name.first": "name",
    "user.name.last": "name",
    "user.contact.phone_number": "phone",
    "user.contact.address.street": "address",
    "user.contact.address.postal_code": "postcode",
    "user.device.ip_address": "ip",
    "user.device.cookie_id": "device_id",
    "user.account.username": "username",
    "user.demographic.date_of_birth": "birth_date",
    "user.demographic.gender": "gender",
    "user.content.private": "free_text",
}
PERSON_IDS = {"customer_id", "contact_id", "account_id", "user_id", "member_id", "person_id"}
UNNAMED = {  # what the example company's contracts don't name
    "api_token": "secret",
    "wachtwoord_oud": "secret",
    "Geboortedatum": "birth_date",
    "Allergieën (open dag)": "special_category",
    "old_client_id": "relink",
}


@dataclass(frozen=True)
class Judged:
    """One column: where it stands, what it is, and what it was taken for."""

    place: str
    label: str
    found: str


def taken_for(item: ColumnClass) -> str:
    return SAME.get(item.kind, item.kind) if item.status in (PROVEN, INDICATED) else NONE


def scores(columns: list[Judged]) -> dict[str, tuple[float, float, int]]:
    """Precision, recall and the number of labelled columns of each kind, and of 'any': is it personal at all?"""
    rows = {}
    for kind in sorted({item.label for item in columns} | {item.found for item in columns} - {NONE}):
        right = sum(item.label == item.found == kind for item in columns)
        found, labelled = (sum(getattr(item, side) == kind for item in columns) for side in ("found", "label"))
        rows[kind] = (right / found if found else 1.0, right / labelled if labelled else 1.0, labelled)
    rows.pop(NONE, None)
    both = sum(NONE not in (item.label, item.found) for item in columns)
    found, labelled = (sum(getattr(item, side) != NONE for item in columns) for side in ("found", "label"))
    return {**rows, "any": (both / found, both / labelled, labelled)}


def shown(title: str, columns: list[Judged]) -> None:
    print(f"\n{title}: {len(columns)} columns with values\n{'kind':18}{'precision':>10}{'recall':>8}{'labelled':>10}")
    for kind, (precision, recall, labelled) in scores(columns).items():
        print(f"{kind:18}{precision:10.2f}{recall:8.2f}{labelled:10}")
    for item in columns:
        if item.label != item.found:
            print(f"  {item.place}: {item.label}, taken for {item.found}")


def label_of(item: Column) -> str:
    if item.identifier in PERSON_IDS:
        return "person_id"
    return (
        OF_CONTRACT.get(item.classification or "", NONE)
        if item.logical_type in ("string", "date") and not item.name.endswith("_at")
        else NONE
    )


def of_example(folder: Path) -> Iterator[Judged]:
    workspace = Workspace(ROOT / "data" / "sample")
    engine = Engine([workspace.exports, folder], folder)
    inventory = take_inventory(workspace.exports, workspace.sources, workspace.contracts, engine, "Europe/Amsterdam")
    seen: set[tuple[str, str]] = set()
    for number, bound in enumerate(inventory.files):
        path = bound.file.path
        if bound.head.format != "parquet":
            path = folder / f"{number}.raw"
            read(bound.file, bound.head, read_structure(bound.contract, bound.head.columns), path)
        table = bound.contract.tables[0]
        properties = {
            physical: item for item in table.columns for name, physical in bound_columns(table, names(path)).items() if name == item.name
        }
        for column in names(path):
            values = texts(path, column)
            if not values or (bound.source.name, column) in seen:
                continue
            seen.add((bound.source.name, column))
            label = label_of(properties[column]) if column in properties else UNNAMED.get(column, NONE)
            if column in properties or column in UNNAMED:
                yield Judged(f"{bound.source.name} {column}", label, taken_for(classify(column, values, table.category)))


def names(path: Path) -> list[str]:
    return [field.name for field in pq.read_schema(path) if str(field.type) in ("string", "int64") and field.name != "row"]


def texts(path: Path, column: str) -> list[str]:
    sample = Sample()
    for value in pq.read_table(path, columns=[column]).column(column).to_pylist():
        if value is not None:
            sample.add(str(value))
    return sample.chosen()


def of_real() -> Iterator[Judged]:
    text = (Path(__file__).parent / "column_labels.csv").read_text(encoding="utf-8")
    labels = {(row["file"], row["column"]): row["kind"] for row in csv.DictReader(io.StringIO(text))}
    for path in sorted(REAL.rglob("*.csv")):
        head, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig")))
        for place, column in enumerate(head):
            item = classify(column, sorted({row[place] for row in rows if place < len(row)}))
            if not item.is_empty:
                file = path.relative_to(REAL).as_posix()
                yield Judged(f"{file} {column}", labels.get((file, column), NONE), taken_for(item))


def test_the_example_company(tmp_path: Path) -> None:
    columns = list(of_example(tmp_path))
    shown("the example company", columns)
    precision, recall, labelled = scores(columns)["any"]
    assert labelled > 30
    assert precision >= 0.97
    assert recall >= 0.95


@pytest.mark.skipif(not REAL.is_dir(), reason="the real exports are not on this machine")
def test_exports_of_real_systems() -> None:
    columns = list(of_real())
    shown("exports of real systems", columns)
    precision, recall, labelled = scores(columns)["any"]
    assert labelled > 80
    assert precision >= 0.97
    assert recall >= 0.92  # what is called 'id' alone can be anything's
