"""Privacy of the auditor itself (design section 9): canaries stay where they are, inputs are never touched, DuckDB is locked."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from functional.auditing import AS_OF, EXTRACTED, Desk, Outcome, audit, houdbaar, settings, snapshot, visits, zipped
from functional.broken import broken_files
from functional.canaries import KINDS, Canaries, artefacts, every_export, found_in, names_with
from houdbaar.engines.duckdb import Engine
from houdbaar.errors import EngineError

OLD = "2024-05-01T10:00:00+02:00"


class Planted:
    """A folder of exports with canaries, and everything that was said about it."""

    def __init__(self, folder: Path, token: Canaries) -> None:
        self.folder, self.token, self.said, self.changed = folder, token, list[Outcome](), list[str]()

    def run(self, *arguments: str | Path) -> Outcome:
        outcome = houdbaar(*arguments, folder=self.folder.parent)
        self.said.append(outcome)
        assert "Traceback" not in outcome.said
        return outcome

    def assert_kept(self) -> None:
        needles = self.token.needles()
        assert needles
        assert found_in(needles, *(outcome.said.encode() for outcome in self.said)) == []
        for place in (self.folder.parent / "answers", self.folder.parent / "houdbaar-runs", self.folder / "runs"):
            assert found_in(needles, *artefacts(place)) == [], place


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    """A workspace with an export of every contract, canaries in every column, audited and looked into in every way."""
    token = Canaries(1)
    desk = Desk(tmp_path_factory.mktemp("canaries") / "company")
    for name, (contract, files) in every_export(token).items():
        desk.source(name, contract, files)
    desk.write()
    planted = Planted(desk.folder, token)
    before = snapshot(desk.folder)
    for arguments in (
        ["audit", desk.folder, "--as-of", AS_OF],
        ["detect", desk.folder, "--output", "answers"],
        ["detect", desk.folder, "--format", "json"],
        ["findings", "--workspace", desk.folder],
        ["findings", "--workspace", desk.folder, "--format", "json"],
        ["findings", "--workspace", desk.folder, "--rows"],
        ["policy", "coverage", "--workspace", desk.folder, "--format", "json"],
    ):
        planted.run(*arguments)
    after = snapshot(desk.folder)
    planted.changed = [name for name in before if before[name] != after.get(name)]
    return planted


def test_canaries_in_every_column_of_every_export_stay_there(company: Planted) -> None:
    company.assert_kept()


def test_no_way_of_looking_ends_in_an_error(company: Planted) -> None:
    assert {outcome.code for outcome in company.said} <= {0, 3}, [outcome.stderr for outcome in company.said]


def test_the_canaries_were_read_and_judged(company: Planted) -> None:
    """Otherwise the test above would be easy to pass."""
    run = Outcome(0, "", "", company.folder / "runs" / AS_OF)
    sources = {name for name, _ in every_export(Canaries(1)).items()}
    staged = {file["source"] for file in run.summary["files"] if file["rows_staged"]}
    assert sources - staged == set()
    assert len({line["source"] for line in run.lines() if line["verdict"] == "OVERDUE"}) > 10
    assert {line["code"] for line in run.lines()} >= {"RET-ANA-26", "RET-SVC-12", "DQ-SCHEMA", "RET-COOKIE-24"}
    assert any(line["reason"] == "DQ-TS-PARSE" for line in run.lines())
    assert [line["record_key"] for line in run.lines() if line["record_key"]]


def test_the_exports_and_their_folders_are_as_they_were(company: Planted) -> None:
    """Hashes, sizes, modes and times, of files and of folders: nothing was even put beside them for a moment."""
    assert company.changed == []
    assert {path.name for path in company.folder.iterdir()} == {"exports", "houdbaar.toml", "runs", ".houdbaar"}


def test_what_the_workspace_keeps_for_itself_is_private(company: Planted) -> None:
    private = [company.folder / ".houdbaar", company.folder / ".houdbaar" / "cache", company.folder / "runs" / AS_OF / "private"]
    assert [stat.S_IMODE(path.stat().st_mode) for path in private] == [0o700, 0o700, 0o700]
    modes = {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in private[2].rglob("*")}
    assert modes == {(False, 0o600), (True, 0o700)}


@pytest.mark.parametrize("is_bound", [True, False])
def test_canaries_in_broken_files_stay_there(tmp_path: Path, is_bound: bool) -> None:
    token = Canaries(2)
    desk = Desk(tmp_path / "company")
    for kind, broken in broken_files(token).items():
        desk.source(kind, broken.contract, {broken.name: broken.content})
    planted = Planted(desk.folder, token)
    if is_bound:
        desk.write()
        looks = [["audit", desk.folder, "--as-of", AS_OF], ["detect", desk.folder, "--format", "json"]]
    else:
        looks = [["audit", desk.folder / "exports", "--as-of", AS_OF, "--format", "json"], ["detect", desk.folder / "exports"]]
    for arguments in looks:
        assert planted.run(*arguments).code == 3
    planted.assert_kept()


@pytest.mark.parametrize("kind", ["Parquet without data", "newline JSON cut off", "open quote"])
def test_canaries_stay_where_an_audit_fails(tmp_path: Path, kind: str) -> None:
    token = Canaries(3)
    (tmp_path / "exports").mkdir()
    broken = broken_files(token)[kind]
    (tmp_path / "exports" / broken.name).write_bytes(broken.content)
    planted = Planted(tmp_path / "exports", token)
    assert planted.run("audit", "exports", "--as-of", AS_OF).code in (3, 4)
    planted.assert_kept()


def test_canaries_in_names_are_shown_as_keyed_names(tmp_path: Path) -> None:
    token = Canaries(4)
    exports = tmp_path / "exports"
    for name, content in names_with(token).items():
        (exports / name).parent.mkdir(parents=True, exist_ok=True)
        (exports / name).write_text(content, encoding="utf-8")
    for number in range(len(KINDS)):
        members = {
            f"{token()}.csv": visits(OLD),
            f"{token()}/visits.csv": visits(OLD),
            f"../{token()}.csv": visits(OLD),
            f"{token()}.zip": zipped({}),
        }
        (exports / f"archive-{number}.zip").write_bytes(zipped(members))
        (exports / f"{token()}.zip").write_bytes(zipped({"visits.csv": visits(OLD)}))
        (exports / f"{token()}.zip").write_bytes(b"PK\x03\x04")
    planted = Planted(exports, token)
    for arguments in (
        ["audit", "exports", "--as-of", AS_OF],
        ["detect", "exports", "--output", "answers"],
        ["detect", "exports", "--format", "json"],
        ["findings", "--workspace", "exports"],
        ["findings", "--workspace", "exports", "--format", "json"],
    ):
        planted.run(*arguments)
    planted.assert_kept()
    run = Outcome(0, "", "", tmp_path / "houdbaar-runs" / AS_OF)
    assert len({file["file"] for file in run.summary["files"]}) == len(run.summary["files"]) >= 5 * len(KINDS)
    assert sum(line["records"] for line in run.lines(code="RET-SVC-12") if line["verdict"] == "OVERDUE") == len(run.summary["files"])


# Forms of identifiers beside those of the canaries. A date, a version and a Mailchimp export's number are none.
IDENTIFIERS = (
    "jan@example.com",
    "jan%40example.com",
    "+31612345678",
    "0031612345678",
    "0612345678",
    "06-12345678",
    "+31 6 12345678",
    "+31-6-12345678",
    "+32470123456",
    "GA1.1.1203344556.1700000000",
    "1203344556.1700000000",
    "NL91ABNA0417164300",
    "NL91 ABNA 0417 1643 00",
    "DE89370400440532013000",
    "BE71096123456769",
    "203.0.113.7",
    "84.12.33.7",
    "3532c1e59a7931de32fae1b259484d15",
)
ORDINARY = (
    "2026-10-31",
    "20261031",
    "events_20261031",
    "subscribed_members_export_4f1c2b9a07",
    "v1.2.3",
    "report-2024.01.31",
    "houdbaar-0.1.0",
    "part-000000000012",
)


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    exports = tmp_path_factory.mktemp("names") / "exports"
    for number, name in enumerate((*IDENTIFIERS, *ORDINARY)):
        (exports / str(number)).mkdir(parents=True)
        (exports / str(number) / f"{name}.csv").write_text(f"account_id,happened_at,{name}\nA1,{OLD},x\n", encoding="utf-8")
    return audit(exports)


@pytest.mark.parametrize("name", IDENTIFIERS)
def test_a_name_that_is_an_identifier_is_not_shown(named: Outcome, name: str) -> None:
    shown = json.dumps(named.summary, ensure_ascii=False) + named.said + json.dumps(named.lines(), default=str, ensure_ascii=False)
    assert f"{name}.csv" not in shown
    assert f'"{name}"' not in shown


@pytest.mark.parametrize("name", ORDINARY)
def test_a_name_that_is_none_is_shown(named: Outcome, name: str) -> None:
    assert [file for file in named.summary["files"] if file["file"].endswith(f"/{name}.csv") and file["unknown_columns"] == [name]]


def test_a_bare_folder_leaves_no_cache_and_no_copy(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "scratch").mkdir()
    (tmp_path / "exports" / "all.zip").write_bytes(zipped({"visits.csv": visits(OLD)}))
    before = snapshot(tmp_path / "exports")
    command = [sys.executable, "-m", "houdbaar", "audit", "exports", "--as-of", AS_OF]
    environ = os.environ | settings(tmp_path) | {"TMPDIR": str(tmp_path / "scratch")}
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "scratch").iterdir()) == []
    assert snapshot(tmp_path / "exports") == before
    assert {path.name for path in tmp_path.iterdir()} == {"exports", "scratch", "houdbaar-runs"}


def test_a_cache_that_is_not_kept_is_gone(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "company", settings="[cache]\nkeep = false\n")
    desk.source("visits", "plain.service_event", {"visits.csv": visits(OLD)})
    assert desk.audit().code == 0
    assert not (desk.folder / ".houdbaar" / "cache").exists()


def test_in_ci_the_cache_is_not_kept(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "company")
    desk.source("visits", "plain.service_event", {"visits.csv": visits(OLD)})
    assert desk.audit(CI="true").code == 0
    assert not (desk.folder / ".houdbaar" / "cache").exists()


def test_a_private_output_folder_stays_private(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "visits.csv").write_text(visits(OLD), encoding="utf-8")
    (tmp_path / "mine").mkdir(mode=0o700)
    assert houdbaar("audit", "exports", "--as-of", AS_OF, "--output", "mine", folder=tmp_path).code == 0
    assert stat.S_IMODE((tmp_path / "mine").stat().st_mode) == 0o700


# DuckDB, locked.


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    for name in ("allowed", "scratch", "outside"):
        (tmp_path / name).mkdir()
    (tmp_path / "outside" / "people.csv").write_text("email\njan@example.com\n", encoding="utf-8")
    (tmp_path / "allowed" / "visits.csv").write_text(visits(OLD), encoding="utf-8")
    return Engine([tmp_path / "allowed"], tmp_path / "scratch")


def test_the_engine_reads_and_writes_its_own_folders(engine: Engine, tmp_path: Path) -> None:
    assert engine.rows("select count(*) from read_csv($path)", {"path": str(tmp_path / "allowed" / "visits.csv")}) == [(1,)]
    engine.copy_to(tmp_path / "scratch" / "out.parquet", "select 1 as one")


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('{outside}/people.csv')",
        "select * from read_text('{outside}/people.csv')",
        "select * from read_blob('{outside}/people.csv')",
        "select * from '{outside}/people.csv'",
        "select * from glob('{outside}/*')",
        "select * from read_csv('{allowed}/../outside/people.csv')",
        "select * from read_csv('file://{outside}/people.csv')",
        "select * from read_csv('https://example.com/people.csv')",
        "copy (select 1) to '{outside}/out.csv'",
        "copy (select 1) to '{allowed}/../outside/out.csv'",
        "export database '{outside}/all'",
        "attach '{outside}/people.duckdb' as people",
        "install httpfs",
        "load httpfs",
        "load '{outside}/evil.duckdb_extension'",
        "force install spatial from community",
        "set enable_external_access = true",
        "set allowed_directories = ['/']",
        "set memory_limit = '100GB'",
        "set temp_directory = '{outside}'",
        "set autoinstall_known_extensions = true",
        "set lock_configuration = false",
        "reset lock_configuration",
        "pragma threads = 1",
        "set TimeZone = 'Europe/Amsterdam'",
        "create secret (type http, bearer_token 'x')",
    ],
)
def test_the_engine_refuses_what_lies_outside_and_every_setting(engine: Engine, tmp_path: Path, sql: str) -> None:
    with pytest.raises(EngineError):
        engine.run(sql.format(outside=tmp_path / "outside", allowed=tmp_path / "allowed"))
    assert {path.name for path in (tmp_path / "outside").iterdir()} == {"people.csv"}


@pytest.mark.parametrize(
    "sql",
    [
        "select cast('{token}' as integer)",
        "select * from \"{token}\"",
        "select strptime('{token}', '%Y')",
        "select '{token}'::timestamp",
        "select error('{token}')",
        "select {token}",
        "select json_extract('{{{token}', '$.a')",
        "select * from read_csv('{allowed}/{token}.csv')",
        "create table t as select '{token}' as email; insert into t values (cast('{token}' as date))",
    ],
)  # fmt: skip
def test_what_the_engine_says_holds_no_value(engine: Engine, tmp_path: Path, sql: str) -> None:
    token = Canaries(5)()
    for call in (engine.run, engine.rows, engine.arrow):
        with pytest.raises(EngineError) as told:
            call(sql.format(token=token, allowed=tmp_path / "allowed"))
        assert found_in([token.lower().encode()], str(told.value).encode(), repr(told.value).encode()) == []
        assert told.value.__suppress_context__


def test_the_engine_keeps_its_temporary_files_in_its_private_folder(engine: Engine, tmp_path: Path) -> None:
    read = dict(engine.rows("select name, value from duckdb_settings()"))
    assert read["temp_directory"] == str(tmp_path / "scratch")
    assert (read["enable_external_access"], read["lock_configuration"], read["autoload_known_extensions"]) == ("false", "true", "false")
    assert read["memory_limit"].endswith("MiB")


def test_as_of_stands_where_it_should() -> None:
    """These tests' own dates: the exports are made on the day that they are audited for."""
    assert EXTRACTED.startswith(AS_OF)
