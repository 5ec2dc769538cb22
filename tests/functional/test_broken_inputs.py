"""What is broken, wrongly set or taken away: one clear message, the exit code of design section 7, no traceback, nothing half-written."""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from functional.auditing import AS_OF, KEY, Desk, Outcome, audit, houdbaar, settings, start, table, visits
from functional.broken import Broken, broken_files, good_rows, parquet
from houdbaar import resources
from houdbaar.audit import Audit
from houdbaar.errors import AuditError
from houdbaar.workspace import Workspace

OLD, NEW = "2024-05-01T10:00:00+02:00", "2026-09-01T10:00:00+02:00"
BROKEN = broken_files()


def names() -> str:
    return "A1"


def assert_told(outcome: Outcome, code: int, *words: str) -> None:
    """The exit code, what it is about, and no traceback."""
    assert outcome.code == code, outcome.said
    assert "Traceback" not in outcome.said
    assert [word for word in words if word not in outcome.said] == [], outcome.said


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A workspace with every kind of broken file, each in a source of its own, and one sound source."""
    desk = Desk(tmp_path_factory.mktemp("broken") / "company")
    for kind, broken in BROKEN.items():
        desk.source(kind, broken.contract, {broken.name: broken.content})
    desk.source("sound", "plain.service_event", {"visits.csv": good_rows(names)})
    return desk


@pytest.fixture(scope="module")
def done(company: Desk) -> Outcome:
    return company.audit()


def test_what_is_sound_is_audited_beside_all_that_is_broken(done: Outcome) -> None:
    assert_told(done, 3)
    assert done.counts("sound", "RET-SVC-12") == {"overdue": 3}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_is_told_with_what_is_wrong(done: Outcome, kind: str) -> None:
    broken = BROKEN[kind]
    (line,) = [line for line in done.stdout.splitlines() if line.startswith(f"could not be audited: {kind}/{broken.shown_as}: ")]
    assert [word for word in broken.words if word not in line] == [], line


@pytest.mark.parametrize("kind", BROKEN)
def test_a_source_with_a_broken_file_is_not_tested(done: Outcome, kind: str) -> None:
    shown = f"{kind}/{BROKEN[kind].shown_as}"
    assert [entry["is_fatal"] for entry in done.summary["problems"] if entry["file"] == shown] == [True]
    assert any(shown in (line["reason"] or "") for line in done.lines(kind, "AUD-NOT-TESTED"))
    if kind != "ZIP with ..":  # that one has a sound member too
        assert done.lines(kind, "RET-SVC-12") == []
    for entity_line in (line for line in done.summary["obligations"] if line["source"] == kind and line["code"] == "RET-SVC-12"):
        assert entity_line["not_tested_reason"], entity_line


def alone(kind: str, folder: Path) -> Outcome:
    """An audit of a bare folder with this broken file and a sound one of the same kind."""
    (folder / "exports").mkdir()
    broken: Broken = BROKEN[kind]
    (folder / "exports" / broken.name).write_bytes(broken.content)
    (folder / "exports" / f"sound-{broken.name.partition('.')[0]}.csv").write_text(good_rows(names), encoding="utf-8")
    return audit(folder / "exports")


@pytest.mark.parametrize("kind", ["Parquet without data", "Parquet cut off", "ZIP with a password", "gzip cut off"])
def test_a_bare_folder_with_a_broken_file_is_audited_all_the_same(tmp_path: Path, kind: str) -> None:
    done = alone(kind, tmp_path)
    assert_told(done, 3, *BROKEN[kind].words)
    assert sum(line["records"] for line in done.lines(code="RET-SVC-12") if line["verdict"] == "OVERDUE") == 3


def test_detect_tells_what_cannot_be_read_too(company: Desk, done: Outcome) -> None:
    assert done.code == 3
    found = houdbaar("detect", company.folder, folder=company.folder.parent)
    assert_told(found, 3, "can not be read: ZIP cut off/all.zip", "can not be read: Parquet cut off/visits.parquet")


@pytest.mark.parametrize(
    "name", ["visits.csv", 'visits "2026" \\u0041 [1].csv', "jan@example.com/visits.csv", "1/visits.jan@example.com.csv"]
)
def test_what_detect_prints_of_a_bare_folder_works_where_it_says(tmp_path: Path, name: str) -> None:
    """With a houdbaar.toml of its own the folder would be a workspace without exports."""
    path = tmp_path / "bare" / name
    path.parent.mkdir(parents=True)
    path.write_text(visits(OLD))
    said = houdbaar("detect", tmp_path / "bare", folder=tmp_path).stdout
    assert str(tmp_path / "bare" / "houdbaar.toml") not in said
    assert "jan@example" not in said
    _, found, block = said.partition(
        "# for a workspace (houdbaar init DIR; these exports go to DIR/exports): put this in DIR/houdbaar.toml"
    )
    assert found
    shutil.copytree(tmp_path / "bare", tmp_path / "workspace" / "exports")
    (tmp_path / "workspace" / "houdbaar.toml").write_text(block.partition("\n")[2])
    done = audit(tmp_path / "workspace")
    assert (done.code, [file["rows_staged"] for file in done.summary["files"]]) == (0, [1])
    assert (
        "plain.service_event" in houdbaar("detect", tmp_path / "workspace", folder=tmp_path).stdout.partition("bound in houdbaar.toml")[0]
    )


def test_an_archive_never_writes_outside_its_place(tmp_path: Path) -> None:
    alone("ZIP with ..", tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"exports", "exports-run"}
    assert {path.name for path in (tmp_path / "exports").iterdir()} == {"all.zip", "sound-all.csv"}


# Nothing to audit.


def test_an_empty_folder_judges_nothing_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    done = audit(tmp_path / "exports")
    assert_told(done, 3, "No record could be judged")
    assert done.summary["run"]["records_judged"] == 0
    assert {line["code"] for line in done.lines()} == {"AUD-NOT-TESTED"}


def test_a_folder_without_an_export_judges_nothing_and_names_what_it_found(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "README.md").write_text("# What lies here\n", encoding="utf-8")
    (tmp_path / "exports" / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0" * 40)
    (tmp_path / "exports" / "stock.csv").write_text("sku,colour\n1,red\n", encoding="utf-8")
    done = audit(tmp_path / "exports")
    assert_told(done, 3, "No record could be judged", "files, columns and registers: 3 failed · 0 undetermined")
    assert {line["field"] for line in done.lines("unrecognised", "SCP-TABLE")} == {"README.md", "photo.jpg", "stock.csv"}


def test_a_stranger_beside_an_export_is_a_finding_not_an_error(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "visits.csv").write_text(good_rows(names), encoding="utf-8")
    (tmp_path / "exports" / "stock.csv").write_text("sku,colour\n1,red\n", encoding="utf-8")
    done = audit(tmp_path / "exports")
    assert_told(done, 0)
    assert [(line["field"], line["severity"]) for line in done.lines("unrecognised", "SCP-TABLE")] == [("stock.csv", "high")]
    assert done.lines("unrecognised", "AUD-NOT-TESTED")


def test_an_export_that_lacks_a_column_is_no_stranger_beside_its_neighbours(tmp_path: Path) -> None:
    """A list of which one of the files can't be read is no list that has nobody left."""
    header = "Email Address,First Name,MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,LAST_CHANGED,LEID,EUID"
    row = "jan@example.com,Jan,2,2026-01-02 10:00:00,2026-01-02 10:00:00,2026-01-02 10:00:00,1,1a2b3c4d5e\n"
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "subscribed.csv").write_text(f"{header.replace('OPTIN_TIME', 'OPTINTIME')}\n{row}", encoding="utf-8")
    (tmp_path / "exports" / "unsubscribed.csv").write_text(f"{header},UNSUB_TIME\n{row.strip()},2026-02-01 10:00:00\n", encoding="utf-8")
    binding = '[[exports]]\nsource = "news"\ncontract = "mailchimp.audience"\npath = "**"\nlist_id = "n"\ntimezone = "UTC"\n'
    (tmp_path / "houdbaar.toml").write_text(f'policy = "twingatrack"\n{binding}', encoding="utf-8")
    assert_told(audit(tmp_path), 3, "subscribed.csv: bound as mailchimp.audience, but its header lacks OPTIN_TIME")


def test_a_table_without_the_key_of_its_neighbours_is_another(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "contacts.csv").write_text("contact_id,email,created_at\nC-1,jan@example.com,2026-01-02\n", encoding="utf-8")
    (tmp_path / "exports" / "addresses.csv").write_text(
        "customer_id,email,phone,street,postcode,city,total\n1,,,,,Ede,3\n", encoding="utf-8"
    )
    binding = '[[exports]]\nsource = "crm"\ncontract = "plain.contact"\npath = "**"\ntimezone = "UTC"\n'
    (tmp_path / "houdbaar.toml").write_text(f'policy = "twingatrack"\n{binding}', encoding="utf-8")
    done = audit(tmp_path)
    assert_told(done, 0)
    assert [line["field"] for line in done.lines("unrecognised", "SCP-TABLE")] == ["addresses.csv"]


# Files that change, vanish or are locked while they are read. The program says what it is at: that is when the file changes.


def audit_while(folder: Path, at: str, change: Callable[[], object]) -> Audit | AuditError:
    """Audit a folder, and change something once when the progress line says `at`."""
    made: list[str] = []

    def tick(what: str) -> None:
        if at in what and not made:
            made.append(what)
            change()

    with pytest.MonkeyPatch.context() as here:
        here.setenv("HOUDBAAR_KEY", KEY)
        try:
            return Workspace(folder).audit(AS_OF, output=folder.parent / "run", tick=tick)
        except AuditError as error:
            return error
        finally:
            assert made, f"the audit never said {at}"


def two_exports(folder: Path, name: str, content: bytes) -> Path:
    (folder / "exports" / "a").mkdir(parents=True)
    (folder / "exports" / "b").mkdir()
    (folder / "exports" / "b" / "visits.csv").write_text(good_rows(names), encoding="utf-8")
    file = folder / "exports" / "a" / name
    file.write_bytes(content)
    return file


FORMATS = {"visits.csv": good_rows(names).encode(), "visits.parquet": parquet(names, 9)}


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_grows_while_it_is_read_is_told(tmp_path: Path, name: str) -> None:
    file = two_exports(tmp_path, name, FORMATS[name])
    done = audit_while(tmp_path / "exports", f"a/{name}", lambda: file.write_bytes(FORMATS[name] * 2))
    assert isinstance(done, Audit), done
    assert done.exit_code("never") == 3
    assert [text for text in done.problems if f"a/{name}" in text and "changed while it was read" in text]


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_vanishes_while_it_is_read_is_told(tmp_path: Path, name: str) -> None:
    file = two_exports(tmp_path, name, FORMATS[name])
    done = audit_while(tmp_path / "exports", f"a/{name}", file.unlink)
    assert isinstance(done, Audit), done
    assert done.exit_code("never") == 3
    assert [text for text in done.problems if f"a/{name}" in text]


@pytest.mark.parametrize("change", ["grows", "vanishes", "is another one"])
@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_changes_while_it_is_judged_is_never_a_quiet_result(tmp_path: Path, name: str, change: str) -> None:
    """Parquet is read in place, until the last check: what it was at the start must be what the findings speak of."""
    file = two_exports(tmp_path, name, FORMATS[name])
    changes: dict[str, Callable[[], object]] = {
        "grows": lambda: file.write_bytes(FORMATS[name] * 2),
        "vanishes": file.unlink,
        "is another one": lambda: file.write_bytes(parquet(names, 99)),
    }
    done = audit_while(tmp_path / "exports", "data about the use of the service", changes[change])
    if isinstance(done, AuditError):
        assert done.exit_code == 3, done
        assert f"a/{name}" in str(done)
        assert not (tmp_path / "run").exists()
    else:
        assert done.exit_code("never") == 3
        assert [text for text in done.problems if f"a/{name}" in text]


def without_override() -> None:
    """Root may read everything; from here on it may not."""
    libc = ctypes.CDLL(None)
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        libc.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


def run_apart(*arguments: str | Path, folder: Path, prepare: Callable[[], None], **environment: str) -> Outcome:
    command = [sys.executable, "-m", "houdbaar", *map(str, arguments)]
    environ = os.environ | settings(folder) | environment
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False, preexec_fn=prepare)
    return Outcome(done.returncode, done.stdout, done.stderr, folder)


def audit_locked(folder: Path, locked: str) -> Outcome:
    """Audit a folder in which one file or folder may not be read."""
    for name in ("open.csv", "secret.csv", "hidden/visits.csv"):
        (folder / "exports" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "exports" / name).write_text(good_rows(names), encoding="utf-8")
    path = folder / "exports" / locked
    looking = ["ls" if path.is_dir() else "cat", path]
    path.chmod(0)
    try:
        if subprocess.run(looking, capture_output=True, check=False, preexec_fn=without_override).returncode == 0:
            pytest.skip("this machine's root reads what nobody may read")
        done = run_apart("audit", "exports", "--as-of", AS_OF, "--output", "run", folder=folder, prepare=without_override)
    finally:
        path.chmod(0o700)
    return Outcome(done.code, done.stdout, done.stderr, folder / "run")


@pytest.mark.parametrize(
    ("locked", "message"), [("secret.csv", "secret.csv: can't be opened"), ("hidden", "hidden: the folder can't be opened")]
)
def test_what_may_not_be_read_is_told(tmp_path: Path, locked: str, message: str) -> None:
    done = audit_locked(tmp_path, locked)
    assert_told(done, 3, f"could not be audited: {message}", "permissions")
    assert sum(line["records"] for line in done.lines(code="RET-SVC-12")) == 6


# What people write: settings, policy, options. Nothing is read or written then.

SOURCE = '[[exports]]\nsource = "a"\ncontract = "plain.service_event"\npath = "a/**"\n'
SETTINGS = {
    "an unknown key": ('polcy = "twingatrack"\n', ('"polcy"', 'did you mean "policy"')),
    "an unknown key of a source": (SOURCE + 'extracted = "2026-10-31"\n', ('"extracted"', 'did you mean "extracted_at"', "number 1")),
    "no TOML": ('policy = "twingatrack\n', ("houdbaar.toml", "not valid TOML", "line 1")),
    "a wrong type": ("policy = 5\n", ("policy", "must be a text")),
    "a wrong type of a source": (SOURCE + "timezone = 1\n", ("timezone", "must be a text", "number 1")),
    "a table of no list": ('exports = "a"\n', ("exports", "[[exports]]")),
    "an unknown contract": (
        SOURCE.replace("service_event", "service_evnt"),
        ('"plain.service_evnt"', 'did you mean "plain.service_event"', '"a"'),
    ),
    "a contract that isn't there": (SOURCE.replace("plain.service_event", "mine.odcs.yaml"), ("mine.odcs.yaml", "can't be read")),
    "an unknown knob": ('[knobs]\n"marketing.open" = "never"\n', ("marketing.open", "marketing.opens")),
    "a wrong value of a knob": ('[knobs]\n"marketing.opens" = "sometimes"\n', ("marketing.opens", "verified_human")),
    "a wrong type of a knob": ('[knobs]\n"marketing.bot_click_seconds" = "soon"\n', ("marketing.bot_click_seconds",)),
    "a wrong time zone": ('timezone = "Europe/Amsterdm"\n', ("Europe/Amsterdm", "Europe/Amsterdam")),
    "a wrong time zone of a source": (SOURCE + 'timezone = "Mars"\n', ("Mars", "number 1")),
    "a source twice": (SOURCE + SOURCE, ('"a"', "twice")),
    "a source without a name": ('[[exports]]\ncontract = "plain.order"\n', ("source is missing", "number 1")),
    "a wrong moment": (SOURCE + 'extracted_at = "yesterday"\n', ("extracted_at", "number 1", "2026-10-31T06:00:00+01:00")),
    "a wrong date": (SOURCE + 'covers_from = "31-10-2026"\n', ("covers_from", "number 1")),
    "days the wrong way round": (SOURCE + "covers_from = 2026-05-01\ncovers_to = 2026-04-01\n", ("covers_from", "later than covers_to")),
    "a wrong coverage": (SOURCE + 'coverage = "all"\n', ("coverage", "complete")),
    "an unknown policy": ('policy = "twingatrak"\n', ("twingatrak", "twingatrack")),
    "a policy that isn't there": ('policy = "own.yaml"\n', ("own.yaml",)),
    "a wrong cache": ('[cache]\nkeep = "yes"\n', ("keep", "[cache]")),
}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A sound workspace; `houdbaar-runs` and `runs` must not appear where a test breaks its settings."""
    folder = tmp_path / "company"
    (folder / "exports" / "a").mkdir(parents=True)
    (folder / "exports" / "a" / "visits.csv").write_text(good_rows(names), encoding="utf-8")
    (folder / "houdbaar.toml").write_text(SOURCE, encoding="utf-8")
    return folder


def refused(folder: Path, *arguments: str) -> Outcome:
    done = houdbaar("audit", folder, *(arguments or ("--as-of", AS_OF)), folder=folder.parent)
    assert done.stdout == "", done.stdout
    assert list(folder.rglob("runs/**/*")) == []
    return done


@pytest.mark.parametrize("kind", SETTINGS)
def test_wrong_settings_are_refused_with_place_and_advice(workspace: Path, kind: str) -> None:
    text, words = SETTINGS[kind]
    (workspace / "houdbaar.toml").write_text(text, encoding="utf-8")
    assert_told(refused(workspace), 2, *words)


@pytest.mark.parametrize("kind", ["an unknown key", "an unknown contract", "an unknown policy"])
def test_a_refused_audit_leaves_nothing_behind(workspace: Path, kind: str) -> None:
    (workspace / "houdbaar.toml").write_text(SETTINGS[kind][0], encoding="utf-8")
    before = {path.relative_to(workspace.parent).as_posix() for path in workspace.parent.rglob("*")}
    refused(workspace)
    assert {path.relative_to(workspace.parent).as_posix() for path in workspace.parent.rglob("*")} == before


def test_a_contract_of_ones_own_with_a_typo_is_refused_with_file_and_line(workspace: Path) -> None:
    text = resources.read_text("contracts/plain.service_event.odcs.yaml").replace("name: happened_at", "name: hapened_at")
    (workspace / "mine.odcs.yaml").write_text(text, encoding="utf-8")
    (workspace / "houdbaar.toml").write_text(SOURCE.replace("plain.service_event", "mine.odcs.yaml"), encoding="utf-8")
    line = next(number for number, words in enumerate(text.splitlines(), 1) if "hapened_at" in words)
    assert_told(refused(workspace), 2, "mine.odcs.yaml", str(line), "hapened_at", "happened_at")


@pytest.mark.parametrize(
    ("right", "wrong", "words"), [("effective_from:", "efective_from:", ("effective_from",)), ("P12M", "12 months", ("12 months",))]
)
def test_a_policy_with_a_typo_is_refused_with_file_and_line(workspace: Path, right: str, wrong: str, words: tuple[str, ...]) -> None:
    sound = resources.read_text("policy/twingatrack.yaml")
    text = sound.replace(f"{right}", wrong, 1)
    (workspace / "own.yaml").write_text(text, encoding="utf-8")
    (workspace / "houdbaar.toml").write_text('policy = "own.yaml"\n' + SOURCE, encoding="utf-8")
    line = next(number for number, found in enumerate(sound.splitlines(), 1) if right in found)
    assert_told(refused(workspace), 2, "own.yaml", f":{line}", *words)


OPTIONS = {
    "--as-of 31-10-2026": ("31-10-2026", "2026-10-31"),
    "--as-of 2026-02-30": ("2026-02-30", "no such date"),
    "--as-of 20261031": ("20261031",),
    "--as-of yesterday": ("yesterday",),
    "--as-of 2022-01-12": ("POL-NO-VERSION", "2022-01-13"),
    f"--as-of {AS_OF} --knob marketing.open=all": ("marketing.open", "marketing.opens"),
    f"--as-of {AS_OF} --knob marketing.opens=sometimes": ("marketing.opens", "verified_human"),
    f"--as-of {AS_OF} --knob marketing.opens": ("marketing.opens", "="),
    f"--as-of {AS_OF} --knob coverage.grace_days=many": ("coverage.grace_days",),
    f"--as-of {AS_OF} --knob marketing.opens=all --knob marketing.opens=never": ("twice",),
    f"--as-of {AS_OF} --checks retentoin": ("retentoin", "retention"),
    f"--as-of {AS_OF} --checks CON-COKIE": ("CON-COKIE", "CON-COOKIE"),
    f"--as-of {AS_OF} --checks ,": ("--checks",),
    f"--as-of {AS_OF} --format xml": ("xml",),
    f"--as-of {AS_OF} --fail-on severe": ("severe",),
    f"--asof {AS_OF}": ("--asof",),
}


@pytest.mark.parametrize("options", OPTIONS)
def test_wrong_options_are_refused_with_what_would_be_right(workspace: Path, options: str) -> None:
    assert_told(refused(workspace, *options.split()), 2, *OPTIONS[options])


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file.csv").write_text(good_rows(names), encoding="utf-8")
    assert_told(houdbaar("audit", "nowhere", "--as-of", AS_OF, folder=tmp_path), 2, "nowhere", "does not exist")
    assert_told(houdbaar("audit", "file.csv", "--as-of", AS_OF, folder=tmp_path), 2, "file.csv", "a file, not a folder")
    assert {path.name for path in tmp_path.iterdir()} <= {"file.csv"}


def test_a_workspace_without_exports_is_refused(tmp_path: Path) -> None:
    (tmp_path / "houdbaar.toml").write_text('policy = "twingatrack"\n', encoding="utf-8")
    assert_told(houdbaar("audit", tmp_path, "--as-of", AS_OF, folder=tmp_path), 2, "exports", "does not exist")


def test_a_folder_whose_name_is_a_pattern_is_audited_where_it_can_be_and_else_refused(tmp_path: Path) -> None:
    """Within the exports such names do no harm: only what DuckDB may not list has to be called otherwise."""
    folder = tmp_path / "exports [2026]"
    (folder / "visits [1]").mkdir(parents=True)
    (folder / "visits [1]" / "visits.csv").write_text(visits(OLD, NEW), encoding="utf-8")
    assert_told(houdbaar("audit", folder, "--as-of", AS_OF, folder=tmp_path), 0)
    (folder / "visits [1]" / "visits.parquet").write_bytes(parquet(names))
    assert_told(houdbaar("audit", folder, "--as-of", AS_OF, "--output", "again", folder=tmp_path), 2, "*, ? or [", "rename that folder")
    assert not (tmp_path / "again").exists()
    folder.rename(tmp_path / "exports")
    assert_told(houdbaar("audit", "exports", "--as-of", AS_OF, "--output", "again", folder=tmp_path), 0)


# Where results can't be written.


def test_an_output_that_is_a_file_is_refused(workspace: Path) -> None:
    (workspace.parent / "taken").write_text("mine", encoding="utf-8")
    for output in (workspace.parent / "taken", workspace.parent / "taken" / "run"):
        done = houdbaar("audit", workspace, "--as-of", AS_OF, "--output", output, folder=workspace.parent)
        assert_told(done, 2, "taken", "--output")
    assert (workspace.parent / "taken").read_text(encoding="utf-8") == "mine"


def test_a_folder_that_may_not_be_written_is_refused(workspace: Path) -> None:
    (workspace.parent / "closed").mkdir(mode=0o500)
    done = run_apart("audit", workspace, "--as-of", AS_OF, "--output", "closed/run", folder=workspace.parent, prepare=without_override)
    if done.code == 0:
        pytest.skip("this machine's root writes where nobody may write")
    assert_told(done, 2, "closed", "Permission denied", "--output")


def on_small_disk(folder: Path, kilobytes: int, command: str) -> subprocess.CompletedProcess[str]:
    """Run a shell command with a disk of that size mounted at `<folder>/disk`, which nobody else sees and which ends with it."""
    (folder / "disk").mkdir()
    unshare = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    mounting = f"mount -t tmpfs -o size={kilobytes}k none disk || exit 99"
    return subprocess.run(
        [*unshare, "sh", "-c", f"{mounting}\n{command}"],
        cwd=folder,
        env=os.environ | settings(folder),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(shutil.which("unshare") is None, reason="no unshare: a small disk can't be made")
@pytest.mark.parametrize("place", ["results", "staging", "cache"])
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, place: str) -> None:
    workspace = tmp_path / "company"
    (workspace / "exports" / "a").mkdir(parents=True)
    # Random enough that 40 kB of disk are not enough for the staged file.
    accounts = (os.urandom(12).hex() for _ in range(9_000))
    (workspace / "exports" / "a" / "visits.csv").write_text(
        table("account_id,happened_at", *(f"{name},{OLD}" for name in accounts)), encoding="utf-8"
    )
    if place == "cache":
        (workspace / "houdbaar.toml").write_text(SOURCE, encoding="utf-8")
    befores = {"staging": "export TMPDIR=$PWD/disk", "cache": "mkdir company/.houdbaar; mount --bind disk company/.houdbaar"}
    before = befores.get(place, "")
    exports = "company" if place == "cache" else "company/exports"
    output = "disk/run" if place == "results" else "run"
    audit = f"'{sys.executable}' -m houdbaar audit {exports} --as-of {AS_OF} --output {output}"
    done = on_small_disk(tmp_path, 16 if place == "results" else 40, f"{before}\n{audit}\ncode=$?; ls -A disk > left; exit $code")
    if done.returncode == 99:
        pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
    outcome = Outcome(done.returncode, done.stdout, done.stderr, tmp_path / "run")
    assert outcome.code in (2, 3), outcome.said
    assert_told(outcome, outcome.code, "No space left on device")
    assert not (tmp_path / "run").exists()
    left = set((tmp_path / "left").read_text(encoding="utf-8").split())
    assert left <= ({"cache", "key"} if place == "cache" else set())


# Interrupted.


@pytest.fixture
def long_read(tmp_path: Path) -> Path:
    """A bare folder that takes a second or so to read."""
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "visits.csv").write_text(
        table("account_id,happened_at,page", *[f"A1,{OLD},/a/page/of/some/length"] * 400_000), encoding="utf-8"
    )
    (tmp_path / "scratch").mkdir()
    return tmp_path


def interrupted(folder: Path, sign: int) -> tuple[int, str, str]:
    """Send a signal once a staged copy is begun (it is there until the audit ends); gives exit code, standard output and standard error."""
    process = start("audit", "exports", "--as-of", AS_OF, folder=folder, TMPDIR=str(folder / "scratch"))
    deadline = time.monotonic() + 60
    while not any(path.suffix in (".part", ".parquet") for path in (folder / "scratch").rglob("*")):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.005)
    process.send_signal(sign)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def test_an_interrupt_leaves_nothing_behind(long_read: Path) -> None:
    code, out, err = interrupted(long_read, signal.SIGINT)
    assert (code, out, err) == (130, "", "houdbaar: interrupted\n")
    assert list((long_read / "scratch").iterdir()) == []
    assert list((long_read / "houdbaar-runs").rglob("*")) == []


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP])
def test_a_stopped_audit_leaves_nothing_behind(long_read: Path, sign: signal.Signals) -> None:
    """Staged copies of exports hold personal data: also `kill` and a closed terminal must not leave them."""
    code, out, err = interrupted(long_read, sign)
    assert (out, err) == ("", "houdbaar: interrupted\n")
    assert code in (128 + sign, 130)  # 130: it was DuckDB that noticed
    assert list((long_read / "scratch").iterdir()) == []


PROBE = """
from houdbaar.cli.guard import tell
try:
    exec("raise KeyboardInterrupt(15)")
except KeyboardInterrupt as error:
    raise SystemExit(tell(error))
"""


def test_an_interrupt_while_a_dataclass_is_defined_has_the_same_exit_code(tmp_path: Path) -> None:
    """That runs code which is written as text: `python -m` ends by SIGINT when such was interrupted, if it isn't told otherwise."""
    (tmp_path / "probe.py").write_text(PROBE, encoding="utf-8")
    done = subprocess.run([sys.executable, "-m", "probe"], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (143, "", "houdbaar: interrupted\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_an_output_that_cannot_be_written_is_told(workspace: Path) -> None:
    command = [sys.executable, "-m", "houdbaar", "explain", "RET-SVC-12"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=workspace)
    assert done.returncode == 2
    assert done.stderr == "houdbaar: the output can't be written (No space left on device): make room, and do it again\n"


def test_a_killed_audit_leaves_no_results_and_the_next_one_works(long_read: Path) -> None:
    code, _, _ = interrupted(long_read, signal.SIGKILL)
    assert code == -signal.SIGKILL
    assert not (long_read / "houdbaar-runs" / AS_OF).exists()
    (long_read / "exports" / "visits.csv").write_text(visits(OLD, NEW), encoding="utf-8")
    done = houdbaar("audit", "exports", "--as-of", AS_OF, folder=long_read)
    assert_told(done, 0)
    run = long_read / "houdbaar-runs" / AS_OF
    assert {"findings.parquet", "summary.json", "report.html"} <= {path.name for path in run.iterdir()}
    assert not [path for path in run.rglob("*") if "unfinished" in path.name]
    assert pq.read_table(run / "findings.parquet").num_rows
    assert Outcome(0, "", "", run).summary["run"]["as_of"] == date.fromisoformat(AS_OF).isoformat()


def test_limits_of_the_machine_are_no_traceback(workspace: Path) -> None:
    """A process that may write no more than 4 kB a file: EFBIG, where a full disk would give ENOSPC."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    done = run_apart("audit", workspace, "--as-of", AS_OF, "--output", "run", folder=workspace.parent, prepare=limit)
    assert done.code in (2, 3)
    assert_told(done, done.code, "too large")
    assert not (workspace.parent / "run").exists()
