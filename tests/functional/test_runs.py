"""What becomes of a run (design section 7): when it is recorded, when it is refused, and where a what-if goes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from functional.auditing import AS_OF, Desk, Outcome, audit, copied, houdbaar, pseudonym, visits
from functional.running import NEW, change, contents, made, public, run, runs_of, sound

FILES = {"findings.parquet", "summary.json", "ages.json", "forecast.json", "evidence.json", "report.html"}
RECORDED = FILES | {"status.parquet", "manifests.json", "follow_up.json", "run.json"}


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """That workspace, before its first audit."""
    return made(tmp_path / "company")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That workspace with a recorded run, for tests that change nothing in it."""
    folder = made(tmp_path_factory.mktemp("original") / "elsewhere" / "and-longer")
    sound(folder)
    return folder


@pytest.fixture
def audited(original: Path, tmp_path: Path) -> Path:
    """A copy of it, for tests that do."""
    return copied(original, tmp_path / "company")


# Recorded runs.


def test_a_run_is_recorded_in_the_workspace(original: Path) -> None:
    done = Outcome(0, "", "", original / "runs" / AS_OF)
    assert public(done.run) == RECORDED
    assert done.summary["run"]["is_recorded"] is True
    assert runs_of(original) == {AS_OF}


def test_what_is_recorded_hangs_on_no_clock(company: Path) -> None:
    """A day that is still to come is told; who sits at a terminal is asked first."""
    done = sound(company, HOUDBAAR_TODAY="2026-10-30")
    assert "2026-10-31 is still to come" in done.stderr
    assert done.summary["run"]["is_recorded"] is True
    assert runs_of(company) == {AS_OF}


@pytest.mark.parametrize(("says", "is_recorded"), [("n", False), ("y", True)])
def test_who_sits_at_a_terminal_is_asked_about_a_day_to_come(company: Path, says: str, is_recorded: bool) -> None:
    """A slip in a year would make what-ifs of the audits of all days before it."""
    (ours, theirs), environment = os.openpty(), {**os.environ, "HOUDBAAR_TODAY": "2026-10-30"}
    command = [sys.executable, "-m", "houdbaar", "audit", str(company), "--as-of", AS_OF]
    with subprocess.Popen(command, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True) as process:
        os.write(ours, f"{says}\n".encode())
        said = process.communicate()[1]
    assert "Those of earlier days are what-ifs from then on" in said
    assert (company / "runs" / AS_OF).exists() is is_recorded
    assert process.returncode == (0 if is_recorded else 2)


def test_a_bare_folder_is_named_in_its_run(tmp_path: Path) -> None:
    """By its last name, as it may be shown; a workspace's runs lie in it."""
    for name, shown in (("last month", "last month"), ("jan@voorbeeld.nl", f"file-{pseudonym('jan@voorbeeld.nl')[:8]}")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "visits.csv").write_text(visits(NEW), encoding="utf-8")
        done = audit(tmp_path / name)
        assert done.summary["run"]["folder"] == shown
    desk = Desk(tmp_path / "company")
    desk.source("portal", "plain.service_event", {"visits.csv": visits(NEW)})
    assert desk.audit().summary["run"]["folder"] is None


def test_the_same_inputs_give_the_same_bytes(original: Path, tmp_path: Path) -> None:
    first = contents(original / "runs" / AS_OF)
    moved = Path(shutil.copytree(original, tmp_path / "company", ignore=shutil.ignore_patterns("runs", ".houdbaar")))
    assert contents(sound(moved, TZ="Pacific/Auckland", LANG="C").run) == first
    assert contents(sound(moved).run) == first  # from the cache
    shutil.rmtree(moved / ".houdbaar" / "cache")
    assert contents(sound(moved).run) == first
    assert runs_of(moved) == {AS_OF}


@pytest.mark.parametrize("what", ["exports", "knobs", "bindings", "a new file", "a broken file", "a strange file"])
def test_other_inputs_at_the_same_day_are_refused(audited: Path, what: str) -> None:
    first = contents(audited / "runs" / AS_OF)
    settings = audited / "houdbaar.toml"
    if what == "exports":
        change(audited)
    elif what == "a new file":
        (audited / "exports" / "portal" / "more.csv").write_text(visits(NEW), encoding="utf-8")
    elif what == "a broken file":
        (audited / "exports" / "portal" / "broken.csv").write_bytes(b"")
    elif what == "a strange file":
        (audited / "exports" / "notes.txt").write_text("nothing", encoding="utf-8")
    elif what == "knobs":
        settings.write_text(settings.read_text(encoding="utf-8") + '[knobs]\n"marketing.opens" = "all"\n', encoding="utf-8")
    else:
        settings.write_text(settings.read_text(encoding="utf-8").replace("T06:00:00+01:00", "T07:00:00+01:00"), encoding="utf-8")
    done = run(audited)
    assert (done.code, done.stdout) == (2, "")
    assert "--replace" in done.stderr
    assert contents(done.run) == first
    assert runs_of(audited) == {AS_OF}


def test_replace_keeps_the_old_run_beside_the_new_one(audited: Path) -> None:
    first = contents(audited / "runs" / AS_OF)
    change(audited)
    second = contents(sound(audited, "--replace").run)
    assert second != first
    assert contents(audited / "runs" / f"{AS_OF}.1") == first
    (audited / "exports" / "portal" / "visits.csv").write_text(visits(NEW), encoding="utf-8")
    sound(audited, "--replace")
    assert runs_of(audited) == {AS_OF, f"{AS_OF}.1", f"{AS_OF}.2"}
    assert contents(audited / "runs" / f"{AS_OF}.1") == first
    assert contents(audited / "runs" / f"{AS_OF}.2") == second


def test_runs_move_forward(company: Path) -> None:
    first = contents(sound(company, as_of="2026-09-30").run)
    sound(company)
    assert runs_of(company) == {"2026-09-30", AS_OF}
    assert contents(company / "runs" / "2026-09-30") == first


# What-ifs.


@pytest.mark.parametrize("how", ["an earlier day", "a knob", "a knob at a new day"])
def test_a_what_if_is_written_apart_and_never_recorded(audited: Path, how: str) -> None:
    first = contents(audited / "runs" / AS_OF)
    if how == "an earlier day":
        sound(audited, as_of="2026-09-30")
    else:
        sound(audited, "--knob", "marketing.opens=all", as_of=AS_OF if how == "a knob" else "2026-11-30")
    assert runs_of(audited) == {AS_OF, "what-if"}
    assert contents(audited / "runs" / AS_OF) == first
    found = Outcome(0, "", "", audited / "runs" / "what-if")
    assert found.summary["run"]["is_recorded"] is False
    assert found.summary["knobs"] == ({} if how == "an earlier day" else {"marketing.opens": "all"})


def test_a_what_if_replaces_the_one_before_and_is_no_run_that_others_look_into(company: Path) -> None:
    for opens in ("all", "verified_human"):
        sound(company, "--knob", f"marketing.opens={opens}")
        assert runs_of(company) == {"what-if"}
        assert Outcome(0, "", "", company / "runs" / "what-if").summary["knobs"] == {"marketing.opens": opens}
    done = houdbaar("findings", "--workspace", company, folder=company.parent)
    assert done.code == 2
    assert "houdbaar audit" in done.stderr


def test_findings_that_are_alike_are_one_line_and_say_where_their_rows_are(company: Path) -> None:
    (company / "exports" / "portal" / "visits.csv").write_text(visits("2024-01-05", "2024-03-05", "2024-06-05"), encoding="utf-8")
    sound(company)
    done = houdbaar("findings", "--workspace", company, "--code", "ret-svc-12", folder=company.parent)
    assert done.stdout.count("RET-SVC-12") == 1
    assert "2025-01 to" in done.stdout
    assert "--rows" in done.stdout


def test_some_checks_only_are_not_recorded(audited: Path) -> None:
    first = contents(audited / "runs" / AS_OF)
    sound(audited, "--checks", "retention")
    sound(audited, "--checks", "retention", as_of="2026-11-30")
    assert contents(audited / "runs" / AS_OF) == first
    recorded = [path.name for path in (audited / "runs").iterdir() if Outcome(0, "", "", path).summary["run"]["is_recorded"]]
    assert recorded == [AS_OF]


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    """Three audits into one output folder, each kept: of all, of some checks only, and of all after an export was changed."""
    folder, kept = made(tmp_path_factory.mktemp("outputs") / "company"), []
    for number, checks in enumerate(((), ("--checks", "retention"), ())):
        if number == 2:
            change(folder)
        sound(folder, *checks, "--output", "out")  # unrecorded: nothing to refuse
        kept.append(Outcome(0, "", "", Path(shutil.copytree(folder.parent / "out", folder.parent / f"kept-{number}"))))
    assert not (folder / "runs").exists()
    return kept


def test_an_audit_of_a_part_plans_nothing_and_says_so(outputs: list[Outcome]) -> None:
    whole, part, _ = outputs
    assert (whole.run / "manifests.json").exists()
    assert not (part.run / "manifests.json").exists()
    assert not (part.run / "private").exists()
    page = (part.run / "report.html").read_text(encoding="utf-8")
    assert "Er zijn bij deze audit geen opruimplannen gemaakt" in page
    assert "Only one that is recorded does" in page


def test_a_group_that_was_not_selected_is_not_tested(outputs: list[Outcome]) -> None:
    found = outputs[1]
    assert found.counts("portal", "RET-SVC-12") == {"within": 1, "overdue": 1}
    assert found.counts("cookies", "RET-COOKIE-ROLL") == {}
    assert any(
        "--checks" in reason for reason in found.not_tested(None, "RET-COOKIE-ROLL") | found.not_tested("cookies", "RET-COOKIE-ROLL")
    )
    assert found.summary["run"]["checks"] == ["retention"]


def test_an_output_folder_is_the_runs_folder_and_is_not_recorded(outputs: list[Outcome]) -> None:
    whole, _, changed = outputs
    assert public(whole.run) == FILES | {"manifests.json"}
    assert whole.summary["run"]["is_recorded"] is False
    assert changed.counts("portal", "RET-SVC-12") == {"within": 1, "overdue": 2}


def test_a_bare_folder_keeps_no_record(company: Path) -> None:
    exports = company / "exports"
    for _ in range(2):
        assert houdbaar("audit", exports, "--as-of", AS_OF, folder=company.parent).code == 0
        change(company)
    assert houdbaar("audit", exports, "--as-of", "2026-09-30", "--knob", "marketing.opens=all", folder=company.parent).code == 0
    runs = company.parent / "houdbaar-runs"
    assert {path.name for path in runs.iterdir()} == {AS_OF, "what-if"}
    assert Outcome(0, "", "", runs / AS_OF).counts("plain.service_event", "RET-SVC-12") == {"within": 1, "overdue": 2}
    assert not (exports / ".houdbaar").exists()


# Exit codes.


def test_a_run_that_judges_nothing_is_written_but_not_recorded(company: Path) -> None:
    shutil.rmtree(company / "exports" / "portal")
    shutil.rmtree(company / "exports" / "cookies")
    assert run(company).code == 3
    (written,) = (company / "runs").iterdir()
    done = Outcome(3, "", "", written)
    assert set(contents(written)) == FILES
    assert done.summary["run"]["is_recorded"] is False
    assert {line["code"] for line in done.lines()} == {"AUD-NOT-TESTED", "POL-CONTACT", "POL-NAMES"}


def test_a_run_that_judges_nothing_makes_room_for_one_that_does(company: Path) -> None:
    (company / "exports").rename(company / "kept")
    (company / "exports").mkdir()
    assert run(company).code == 3
    (company / "exports").rmdir()
    (company / "kept").rename(company / "exports")
    assert sound(company).summary["run"]["is_recorded"] is True


def test_a_run_that_judges_nothing_never_takes_the_place_of_a_recorded_one(audited: Path) -> None:
    first = contents(audited / "runs" / AS_OF)
    shutil.rmtree(audited / "exports")
    (audited / "exports").mkdir()
    assert run(audited).code in (2, 3)
    assert contents(audited / "runs" / AS_OF) == first


# RET-SVC-12 is high, RET-COOKIE-24 and AUD-NOT-TESTED are medium; nothing in this workspace is critical.
@pytest.mark.parametrize(("level", "code"), [("never", 0), ("critical", 0), ("high", 1), ("medium", 1), ("low", 1), ("info", 1)])
def test_the_fail_level_decides_between_done_and_found(audited: Path, level: str, code: int) -> None:
    shutil.rmtree(audited / "runs")
    assert run(audited, "--fail-on", level).code == code
    assert public(audited / "runs" / AS_OF) == RECORDED


def test_the_fail_level_looks_at_severities(company: Path) -> None:
    (company / "exports" / "portal" / "visits.csv").write_text(visits(NEW), encoding="utf-8")
    assert run(company, "--fail-on", "high").code == 0
    assert run(company, "--fail-on", "medium").code == 1


def test_three_wins_over_one_and_two_over_three(company: Path) -> None:
    (company / "exports" / "portal" / "broken.csv").write_bytes(b"")
    assert run(company, "--fail-on", "info").code == 3
    change(company)
    assert run(company, "--fail-on", "info").code == 2


def test_findings_has_the_same_fail_level(audited: Path) -> None:
    codes = [
        houdbaar("findings", "--workspace", audited, "--fail-on", level, folder=audited.parent).code
        for level in ("never", "critical", "high")
    ]
    assert codes == [0, 0, 1]


def test_a_recorded_run_that_cannot_be_read_is_not_overwritten(audited: Path) -> None:
    (audited / "runs" / AS_OF / "summary.json").write_text("garbage", encoding="utf-8")
    done = run(audited)
    assert (done.code, done.stdout) == (2, "")
    assert "--replace" in done.stderr
    sound(audited, "--replace")
    assert (audited / "runs" / f"{AS_OF}.1" / "summary.json").read_text(encoding="utf-8") == "garbage"


def test_the_run_before_is_named_by_its_day_whenever_that_was(tmp_path: Path) -> None:
    """A month may have passed since then, or a day."""
    folder = made(tmp_path / "company")
    assert "Findings, first run, nothing to compare with:" in sound(folder, as_of="2026-10-30").stdout
    done = sound(folder, as_of="2026-10-31")
    assert "Findings, since the run of 2026-10-30:" in done.stdout
    page = (done.run / "report.html").read_text(encoding="utf-8")
    assert "Compared with the audit of 30 October 2026." in page
    assert [text for text in ("last month", "vorige maand", "this month", "deze maand") if text in page.lower()] == []
