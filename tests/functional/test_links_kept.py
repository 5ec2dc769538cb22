"""Tables of links are kept for the next search, which finds the same with them as without, and never outlive what they were made of."""

import json
import os
import shutil
from contextlib import closing
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from houdbaar.cli.main import app
from houdbaar.engines.duckdb import Engine
from houdbaar.exports.intake import Intake
from houdbaar.exports.tabulate import tabulate
from houdbaar.exports.views import make_view
from houdbaar.search import read_workspace
from houdbaar.subjects.links import SEARCHED, LinkRules, Links
from houdbaar.workspace import Workspace

EXPORTS = {
    "contacts.csv": (
        "contact_id,customer_id,first_name,last_name,email,phone,iban,created_at\n"
        "1,K-1,Jan,Jansen,jan@example.com,0687654312,NL91ABNA0417164300,2026-01-01\n"
        "2,K-2,Joke,Jansen,joke@example.com,,NL91ABNA0417164300,2026-01-01\n"
        "3,K-3,Piet,Wit,thuis@example.com,,,2026-01-01\n"
        "4,K-4,Anna,Wit,thuis@example.com,,,2026-01-01\n"
    ),
    "orders.csv": (
        "order_id,customer_id,name,email,ordered_at\nO-1,K-1,J. Jansen,JAN+web@example.com,2026-02-01\nO-2,,,jan@example.com,2026-02-02\n"
    ),
    "activity.csv": "list_id,email,kind,happened_at\nnews,jan@example.com,open,2026-03-01\nnews,joke@example.com,open,2026-03-01\n",
}  # fmt: skip
VISITS = {
    "event_at": ["2026-03-01 10:00:00"] * 3,
    "event_name": ["page_view"] * 3,
    "client_id": ["1.1", "1.1", "2.2"],
    "user_id": ["K-1", None, "K-2"],
}
SETTINGS = """
[[exports]]
source = "{name}"
contract = "plain.{entity}"
path = "{name}.*"
extracted_at = "2026-06-01T06:00:00+02:00"
"""
SOURCES = {"contacts": "contact", "orders": "order", "activity": "mail_activity", "visits": "analytics_event"}
OBJECTION = "objection_id,identifier_kind,identifier_value,kind,received_at\n1,email,jan@example.com,marketing,2026-04-01\n"
PEOPLE = "email,customer_id\njan@example.com,\njoke@example.com,\nthuis@example.com,\n,K-4\n"


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("CI", raising=False)  # there no cache is kept
    monkeypatch.setenv("HOUDBAAR_KEY", "5e" * 32)
    folder = tmp_path / "company"
    (folder / "exports").mkdir(parents=True)
    (folder / "registers").mkdir()
    for name, content in EXPORTS.items():
        (folder / "exports" / name).write_text(content)
    pq.write_table(pa.table(VISITS), folder / "exports" / "visits.parquet")
    (folder / "registers" / "objections.csv").write_text(OBJECTION)
    (folder / "houdbaar.toml").write_text("".join(SETTINGS.format(name=name, entity=entity) for name, entity in SOURCES.items()))
    (tmp_path / "people.csv").write_text(PEOPLE)
    return folder


def found(folder: Path) -> list[dict[str, object]]:
    """Search for the people: all records, as they are written."""
    people, output = str(folder.parent / "people.csv"), str(folder.parent / "out")
    command = ["subject", "find", "--workspace", str(folder), "--from", people, "--output", output]
    done = CliRunner().invoke(app, command, prog_name="houdbaar", catch_exceptions=False)
    assert done.exit_code == 0, done.stdout
    return pq.read_table(folder.parent / "out" / "private" / "records.parquet").to_pylist()


def cache(folder: Path) -> Path:
    return folder / ".houdbaar" / "cache"


def kept(folder: Path) -> dict[str, int]:
    """The sidecars of what is kept of several exports together, and when each was written."""
    sidecars = {path: json.loads(path.read_text())["body"]["facts"] for path in cache(folder).glob("*.json")}
    return {path.name: path.stat().st_mtime_ns for path, facts in sidecars.items() if "seen" in facts}


def change_a_byte(path: Path, old: bytes, new: bytes) -> None:
    """Change a file without changing its size and time."""
    status, content = path.stat(), path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def change_visits(path: Path) -> None:
    """Other people's visits, in a file of the same size and time."""
    status = path.stat()
    pq.write_table(pa.table({**VISITS, "user_id": ["K-2", None, "K-1"]}), path)
    assert path.stat().st_size == status.st_size
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_the_same_is_found_with_kept_links_as_without(company: Path) -> None:
    first = found(company)
    made = kept(company)
    assert {row["source"] for row in first if row["person"] == "1"} == {*SOURCES, "register.objection"}
    assert made
    assert found(company) == first
    assert kept(company) == made  # they were used, and not made again
    shutil.rmtree(cache(company))
    assert found(company) == first


def test_a_changed_byte_makes_them_anew(company: Path) -> None:
    """Of any export in turn, also of one that is read in place; what is then found is what is found without any."""
    before, made = found(company), kept(company)
    for export, old, new in (
        ("contacts.csv", b"jan@example.com", b"tom@example.com"),
        ("orders.csv", b",jan@", b",tom@"),
        ("activity.csv", b"joke@example.com", b"thea@example.com"),
        ("visits.parquet", b"", b""),
    ):
        if old:
            change_a_byte(company / "exports" / export, old, new)
        else:
            change_visits(company / "exports" / export)
        after = found(company)
        assert kept(company).keys().isdisjoint(made), export
        assert after != before, export
        before, made = after, kept(company)
    shutil.rmtree(cache(company))
    assert found(company) == before


def test_a_knob_makes_them_anew(company: Path) -> None:
    found(company)
    made = kept(company)
    settings = company / "houdbaar.toml"
    settings.write_text(settings.read_text() + '\n[knobs]\n"identity.reissue_months" = 12\n')
    found(company)
    assert kept(company).keys().isdisjoint(made)


def test_an_audit_leaves_them_while_nothing_changed(company: Path) -> None:
    def audit() -> None:
        command = ["audit", str(company), "--as-of", "2026-06-01", "--output", str(company.parent / "run")]
        shutil.rmtree(company.parent / "run", ignore_errors=True)
        assert CliRunner().invoke(app, command, prog_name="houdbaar", catch_exceptions=False).exit_code == 0

    found(company)
    made = kept(company)
    audit()
    assert kept(company) == made
    (company / "exports" / "orders.csv").write_text(EXPORTS["orders.csv"].replace(",jan@", ",tom@"))
    audit()
    assert not kept(company)


def test_they_go_with_any_export_that_they_were_made_of(company: Path) -> None:
    found(company)
    (company / "exports" / "activity.csv").unlink()
    CliRunner().invoke(app, ["policy", "show", "--workspace", str(company)], prog_name="houdbaar", catch_exceptions=False)
    assert not kept(company)


def test_what_was_harmed_is_made_anew(company: Path) -> None:
    """A table that is lost, damaged, or that of another time."""
    first = found(company)
    for harm in (lambda one, _: one.unlink(), lambda one, _: one.write_bytes(one.read_bytes()[:-1]), shutil.copy):
        harm(*sorted(cache(company) / name.replace(".json", ".parquet") for name in kept(company))[:2])
        assert found(company) == first
        made = kept(company)
        assert found(company) == first
        assert kept(company) == made  # nothing is left of what was harmed


def test_registers_are_in_none_of_them(company: Path) -> None:
    (company / "registers" / "objections.csv").write_text(OBJECTION.replace("jan@example.com", "kanarie@example.com"))
    found(company)
    assert kept(company)
    for sidecar in kept(company):
        rows = pq.read_table(cache(company) / sidecar.replace(".json", ".parquet")).to_pylist()
        assert "kanarie" not in str(rows)


def test_none_is_kept_where_the_cache_is_not(company: Path) -> None:
    first = found(company)
    settings = company / "houdbaar.toml"
    settings.write_text(settings.read_text() + "\n[cache]\nkeep = false\n")
    assert found(company) == first
    assert not list(cache(company).iterdir())


@pytest.mark.parametrize("is_changed", [True, False])
def test_none_is_kept_of_an_export_that_changed_after_it_was_hashed(company: Path, is_changed: bool) -> None:
    """Visits are read in place: they become others when the links are first made of them."""
    workspace = Workspace(company)

    def link(engine: Engine, intake: Intake) -> None:
        views = {entity: partial(make_view, engine, entity, intake.parts, intake.settings, intake.inventory.root) for entity in SEARCHED}

        def change_and_make() -> None:
            if is_changed:
                change_visits(company / "exports" / "visits.parquet")
            views["analytics_event"]()

        tabulate(engine, intake, workspace.pseudonyms())
        with closing(Links(engine, intake.cache, LinkRules.of(workspace.policy), intake.parts, intake.settings)) as links:
            for entity, make in (views | {"analytics_event": change_and_make}).items():
                engine.offer(entity, make)
            links.make()
            assert engine.has_rows("linked_row")

    read_workspace(workspace, lambda _: None, link, is_linked=True)
    assert bool(kept(company)) is not is_changed
