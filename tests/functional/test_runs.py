"""What becomes of a run (design section 7): when it is recorded, when it is refused, where a what-if goes, and what the cache keeps."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from functional.auditing import AS_OF, Desk, Outcome, audit, houdbaar, pseudonym, start, table, visits
from houdbaar.folders import locked

OLD, NEW = "2024-05-01T10:00:00+02:00", "2026-09-01T10:00:00+02:00"
FILES = {"findings.parquet", "summary.json", "ages.json", "forecast.json", "evidence.json", "report.html"}
RECORDED = FILES | {"status.parquet", "manifests.json", "follow_up.json", "run.json"}


def made(folder: Path) -> Path:
    """A workspace with two sources, one of them a text file that is staged."""
    desk = Desk(folder)
    desk.source("portal", "plain.service_event", {"visits.csv": visits(OLD, NEW)})
    desk.source(
        "cookies",
        "plain.cookie",
        {"cookies.csv": table("cookie_name,domain,client_id,set_at,expires_at", f"x,a,c1,{NEW},2030-01-01T00:00:00Z")},
    )
    desk.write()
    return desk.folder


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


@pytest.fixture(scope="module")
def same(original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of it that was audited too, for tests that end with the same inputs and the same run."""
    folder = Path(shutil.copytree(original, tmp_path_factory.mktemp("same") / "company", copy_function=shutil.copy2))
    sound(folder)
    return folder


@pytest.fixture
def audited(original: Path, tmp_path: Path) -> Path:
    """A copy of it, for tests that do."""
    return Path(shutil.copytree(original, tmp_path / "company", copy_function=shutil.copy2))


def run(folder: Path, *arguments: str, as_of: str = AS_OF, **environment: str) -> Outcome:
    done = houdbaar("audit", folder, "--as-of", as_of, *arguments, folder=folder.parent, **environment)
    return Outcome(done.code, done.stdout, done.stderr, folder / "runs" / as_of)


def sound(folder: Path, *arguments: str, as_of: str = AS_OF, **environment: str) -> Outcome:
    done = run(folder, *arguments, as_of=as_of, **environment)
    assert done.code == 0, done.said
    return done


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def public(folder: Path) -> set[str]:
    """The names of a run's files, without those of its private folder."""
    return {name for name in contents(folder) if not name.startswith("private/")}


def change(folder: Path) -> None:
    (folder / "exports" / "portal" / "visits.csv").write_text(visits(OLD, OLD, NEW), encoding="utf-8")


def runs_of(folder: Path) -> set[str]:
    return {path.name for path in (folder / "runs").iterdir()}


# Recorded runs.


def test_a_run_is_recorded_in_the_workspace(original: Path) -> None:
    done = Outcome(0, "", "", original / "runs" / AS_OF)
    assert public(done.run) == RECORDED
    assert done.summary["run"]["is_recorded"] is True
    assert runs_of(original) == {AS_OF}


def test_a_day_that_is_still_to_come_is_a_what_if(company: Path) -> None:
    """Nobody can look there: what is recorded is what was found."""
    for as_of, today, is_recorded in ((AS_OF, "2026-10-30", False), (AS_OF, AS_OF, True)):
        done = sound(company, as_of=as_of, HOUDBAAR_TODAY=today)
        assert ("still to come" in done.stderr) is not is_recorded
        folder = company / "runs" / (as_of if is_recorded else "what-if")
        assert Outcome(0, "", "", folder).summary["run"]["is_recorded"] is is_recorded
        assert runs_of(company) == ({"what-if", AS_OF} if is_recorded else {"what-if"})


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


def test_a_what_if_replaces_the_one_before(company: Path) -> None:
    sound(company, "--knob", "marketing.opens=all")
    sound(company, "--knob", "marketing.opens=verified_human")
    assert runs_of(company) == {"what-if"}
    assert Outcome(0, "", "", company / "runs" / "what-if").summary["knobs"] == {"marketing.opens": "verified_human"}


def test_a_what_if_is_no_run_that_others_look_into(company: Path) -> None:
    sound(company, "--knob", "marketing.opens=all")
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


def test_an_audit_of_a_part_plans_nothing_and_says_so(company: Path) -> None:
    sound(company, "--output", "out")
    assert (company.parent / "out" / "manifests.json").exists()
    sound(company, "--checks", "retention", "--output", "out")
    assert not (company.parent / "out" / "manifests.json").exists()
    assert not (company.parent / "out" / "private").exists()
    page = (company.parent / "out" / "report.html").read_text(encoding="utf-8")
    assert "Er zijn bij deze audit geen opruimplannen gemaakt" in page
    assert "Only one that is recorded does" in page


def test_a_group_that_was_not_selected_is_not_tested(company: Path) -> None:
    sound(company, "--checks", "retention", "--output", "out")
    found = Outcome(0, "", "", company.parent / "out")
    assert found.counts("portal", "RET-SVC-12") == {"within": 1, "overdue": 1}
    assert found.counts("cookies", "RET-COOKIE-ROLL") == {}
    assert any(
        "--checks" in reason for reason in found.not_tested(None, "RET-COOKIE-ROLL") | found.not_tested("cookies", "RET-COOKIE-ROLL")
    )
    assert found.summary["run"]["checks"] == ["retention"]


def test_an_output_folder_is_the_runs_folder_and_is_not_recorded(company: Path) -> None:
    sound(company, "--output", "out")
    assert public(company.parent / "out") == FILES | {"manifests.json"}
    assert Outcome(0, "", "", company.parent / "out").summary["run"]["is_recorded"] is False
    assert not (company / "runs").exists()
    change(company)
    sound(company, "--output", "out")  # unrecorded: nothing to refuse
    assert Outcome(0, "", "", company.parent / "out").counts("portal", "RET-SVC-12") == {"within": 1, "overdue": 2}


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
def test_the_fail_level_decides_between_done_and_found(same: Path, level: str, code: int) -> None:
    shutil.rmtree(same / "runs")
    assert run(same, "--fail-on", level).code == code
    assert public(same / "runs" / AS_OF) == RECORDED


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


# The cache.


def cached(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in (folder / ".houdbaar" / "cache").iterdir()}


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, int]]:
    """What is in the cache after an audit, after another one, and after one of a changed export."""
    folder, found = made(tmp_path_factory.mktemp("staged") / "company"), []
    for number in range(3):
        if number == 2:
            change(folder)
        done = sound(folder, "--output", "out")
        found.append(cached(folder))
    assert Outcome(0, done.stdout, "", folder.parent / "out").counts("portal", "RET-SVC-12") == {"within": 1, "overdue": 2}
    return found


def test_what_is_staged_is_staged_once(staged: list[dict[str, int]]) -> None:
    assert staged[0]
    assert staged[1] == staged[0]


def test_only_what_changed_is_staged_anew(staged: list[dict[str, int]]) -> None:
    assert 0 < len(staged[0].items() & staged[2].items()) < len(staged[0])


def test_a_changed_export_leaves_no_old_copy_in_the_cache(staged: list[dict[str, int]]) -> None:
    assert len(staged[2]) == len(staged[0])


@pytest.mark.parametrize("command", [["audit", "--as-of", AS_OF, "--output", "out"], ["detect"], ["findings"], ["policy", "coverage"]])
def test_every_command_drops_what_is_staged_of_an_export_that_is_gone(company: Path, command: list[str]) -> None:
    sound(company)
    both = cached(company)
    (company / "exports" / "portal" / "visits.csv").unlink()
    houdbaar(*command, "--workspace", company, folder=company.parent)
    left = cached(company)
    assert 0 < len(left) < len(both)
    assert not any(b"A1" in (company / ".houdbaar" / "cache" / name).read_bytes() for name in left)


def test_a_workspace_that_was_copied_with_its_cache_is_audited_like_the_first(original: Path, audited: Path) -> None:
    """What is staged says where it lies: taken over in another place, its rows belonged to no file, and were missing without a word."""
    shutil.rmtree(audited / "runs")
    assert cached(audited) == cached(original)
    assert contents(sound(audited).run) == contents(original / "runs" / AS_OF)
    assert len(cached(audited)) == len(cached(original))


HARMS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "gone": ("*.parquet", Path.unlink),
    "cut off": ("*.parquet", lambda path: path.write_bytes(path.read_bytes()[:40])),
    "emptied": ("*.parquet", lambda path: path.write_bytes(b"")),
    "fewer columns": ("*.parquet", lambda path: pq.write_table(pq.read_table(path).select([0]), path)),
    "fewer rows": ("*.parquet", lambda path: pq.write_table(pq.read_table(path).slice(1), path)),
    "sidecar gone": ("*.json", Path.unlink),
    "sidecar emptied": ("*.json", lambda path: path.write_text("", encoding="utf-8")),
    "sidecar no JSON": ("*.json", lambda path: path.write_text("{", encoding="utf-8")),
    "sidecar another JSON": ("*.json", lambda path: path.write_text("[]", encoding="utf-8")),
    "sidecar edited": ("*.json", lambda path: path.write_text(path.read_text(encoding="utf-8").replace('"rows_read": ', '"rows_read": 9'))),
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_cache_that_people_touched_is_made_anew(original: Path, same: Path, harm: str) -> None:
    pattern, change_it = HARMS[harm]
    touched = list((same / ".houdbaar" / "cache").glob(pattern))
    assert touched
    for path in touched:
        change_it(path)
    assert contents(sound(same).run) == contents(original / "runs" / AS_OF)
    assert {Path(name).suffix for name in cached(same)} == {".parquet", ".json"}
    assert len(cached(same)) == 4  # what was damaged is gone


def test_nothing_is_removed_from_a_cache_that_an_audit_holds(company: Path) -> None:
    """What `drop_gone` and the end of another audit would remove stays until nobody is at work."""
    sound(company)
    first = cached(company)
    (company / "exports" / "portal" / "visits.csv").unlink()
    with locked(company / ".houdbaar" / "cache", is_shared=True):
        houdbaar("findings", "--workspace", company, folder=company.parent)
        assert run(company, "--output", "out").code == 3  # an export is gone
        assert cached(company).keys() >= first.keys()
    houdbaar("findings", "--workspace", company, folder=company.parent)
    assert len(cached(company)) < len(first)


def test_what_killed_audits_left_goes_with_the_next_one(company: Path) -> None:
    left = company / "runs" / ".houdbaar-unfinished-abcd1234"
    left.mkdir(parents=True)
    (left / "findings.parquet").write_bytes(b"x")
    mine = company / "runs" / ".houdbaar-unfinished-by-me"
    mine.mkdir()
    sound(company)
    (company / ".houdbaar" / "cache" / "abc.def.part").write_bytes(b"x")
    sound(company)
    assert runs_of(company) == {AS_OF, mine.name}
    assert "abc.def.part" not in cached(company)


def test_a_recorded_run_that_cannot_be_read_is_not_overwritten(audited: Path) -> None:
    (audited / "runs" / AS_OF / "summary.json").write_text("garbage", encoding="utf-8")
    done = run(audited)
    assert (done.code, done.stdout) == (2, "")
    assert "--replace" in done.stderr
    sound(audited, "--replace")
    assert (audited / "runs" / f"{AS_OF}.1" / "summary.json").read_text(encoding="utf-8") == "garbage"


# At once.


def many(folder: Path) -> None:
    """An export that takes long enough for two audits to meet in it."""
    rows = (f"A{number},{OLD if number % 2 else NEW}" for number in range(120_000))
    (folder / "exports" / "portal" / "visits.csv").write_text(table("account_id,happened_at", *rows), encoding="utf-8")


def test_two_audits_at_once_do_not_disturb_each_other(company: Path) -> None:
    many(company)
    both = [start("audit", company, "--as-of", AS_OF, "--output", name, folder=company.parent) for name in ("one", "two")]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert contents(company.parent / "one") == contents(company.parent / "two")
    assert Outcome(0, "", "", company.parent / "one").counts("portal", "RET-SVC-12") == {"within": 60_000, "overdue": 60_000}
    assert {Path(name).suffix for name in cached(company)} == {".parquet", ".json"}


def test_two_audits_of_one_day_at_once_leave_one_whole_run(company: Path) -> None:
    many(company)
    both = [start("audit", company, "--as-of", AS_OF, folder=company.parent) for _ in range(2)]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert runs_of(company) == {AS_OF}
    assert contents(company / "runs" / AS_OF) == contents(sound(company).run)
