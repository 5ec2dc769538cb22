"""What is absent is gone only where it was looked for: exports that were not delivered, rows that cannot be read (domain.md 5.3)."""

import json
from dataclasses import dataclass

import pytest

from spec.months_of import CODE, DECEMBER, JANUARY, NEW, NOVEMBER, OCTOBER, OLD, OTHER, SOURCE, Company, Run, messages

NOT_LOOKED_FOR = "findings of earlier runs were not looked for"
HOW = ("not delivered", "unreadable", "a column is gone", "older", "of an unknown day", "not bound any more", "bound as it was before")


def desk(number):
    """The three messages of a help desk, with numbers that no other help desk has: what lies in another source has moved."""
    return [(f"M-{number + place}", day) for place, (_, day) in enumerate((OLD, OTHER, NEW))]


ROW, KEY, TABLE, PROOF = desk(10), desk(20), desk(30), desk(40)


def visits(*days):
    """An export of events of a website, each with an address in its page and without consent."""
    page = "https://voorbeeld.nl/?e=jan@voorbeeld.nl"
    rows = [f"{day} | c-{number} | {page} | denied" for number, day in enumerate(days, 1)]
    return "\n".join(["event_at | client_id | page_url | analytics_consent", *rows])


@dataclass
class Months:
    """A run per month."""

    october: Run
    november: Run
    december: Run
    january: Run


@pytest.fixture(scope="module")
def months(tmp_path_factory):
    """A company with a help desk for each way in which what was found in October is absent later, and one website."""
    company = Company(tmp_path_factory.mktemp("desks") / "company")
    exports = company.folder / "exports"
    for how in (*HOW, "notes", "all deleted"):
        company.export(how, messages(OLD, OTHER, NEW))
    for source, rows in {"row": ROW, "key": KEY, "table": TABLE, "proof": PROOF}.items():
        company.export(source, messages(*rows))
    company.export("covers", messages(OLD, OTHER, NEW), coverage="from", covers_from="2025-09-15")
    stamp, recent = "2024-01-10T10:00:00+01:00", "2026-10-01T10:00:00+02:00"
    company.export("site", visits(stamp, stamp, recent), contract="plain.analytics_event")
    october = company.audit(OCTOBER)

    for how in ("not delivered", "unreadable", "not bound any more"):
        company.export(how, None)
    (exports / "unreadable" / "export.csv").write_bytes(b"")
    company.export("a column is gone", "message_id | subject\nM-3 | hello")
    company.export("older", messages(("M-5", "2026-08-01")), extracted_at="2026-09-30T12:00:00+02:00")
    del company.sources["of an unknown day"]["extracted_at"]
    company.export("of an unknown day", messages(("M-5", "2026-08-01")))
    del company.sources["not bound any more"]
    company.export("bound as it was before", messages(NEW), coverage="from", covers_from="2025-10-02")
    # Of the first message the row can't be read; or the number; or it may lie in a table that nothing recognises.
    header, first, *rest = (exports / "row" / "export.csv").read_text(encoding="utf-8").splitlines()
    unreadable = f"{first},one,cell,too,many"
    (exports / "row" / "export.csv").write_text("\n".join([header, unreadable, *rest]) + "\n", encoding="utf-8")
    company.export("key", messages(("", OLD[1]), *KEY[1:]))
    company.export("table", messages(*TABLE[1:]))
    (exports / "table" / "older.csv").write_text("ticket,subject\nM-30,hello\n", encoding="utf-8")
    company.export("notes", messages(OTHER, NEW))
    (exports / "notes" / "read me.txt").write_text("made by Jan\n", encoding="utf-8")
    company.export("covers", messages(NEW))
    company.export("all deleted", "message_id | last_message_at")
    company.export("site", visits("gisteren", "gisteren", recent))
    company.export("proof", messages(PROOF[-1]))
    register = "deletion_id | manifest_id | executed_at | records | proof"
    row = f"D-1 | {plan_of(october, 'proof')} | 2026-11-03 | 2 | ticket 12"
    company.register("deletions", f"{register}\n{row}\nD-2 | M-000000000000 | 2026-11-03 | 2 | other")
    november = company.audit(NOVEMBER)

    for how in HOW:
        company.sources[how] = dict(SOURCE)
        company.export(how, messages(OLD))
    (exports / "row" / "export.csv").write_text("\n".join([header, unreadable, rest[-1]]) + "\n", encoding="utf-8")
    company.export("key", messages(*KEY[1:]))
    company.export("table", messages(TABLE[-1]))
    company.export("site", visits("gisteren", recent))
    december = company.audit(DECEMBER)

    company.export("row", messages(ROW[-1]))
    (exports / "table" / "older.csv").unlink()
    company.export("site", visits(recent))
    return Months(october, november, december, company.audit(JANUARY))


def plan_of(run, source):
    """The plan of a run that names what was found in a source."""
    plans = json.loads((run.folder / "manifests.json").read_text(encoding="utf-8"))["manifests"]
    (plan,) = [each["manifest_id"] for each in plans if CODE in each["codes"] and each["lines"] and each["source"] == source]
    return plan


def followed(run, source):
    """What a run says of the plans for a source: by month and kind, how many are gone, present and not looked at."""
    plans = json.loads((run.folder / "follow_up.json").read_text(encoding="utf-8"))["manifests"]
    named = ("gone", "present", "not_looked_at")
    found = [(plan["made_as_of"], plan["kind"], {name: plan[name] for name in named}) for plan in plans if plan["source"] == source]
    return sorted(found, key=lambda each: each[:2])


def counts(run, source):
    """The same of its only plan."""
    ((_, _, found),) = followed(run, source)
    return found


def stale_lines(run, source):
    """The lines that say that findings of a source were not looked for."""
    return [line for line in run.of("AUD-NOT-TESTED") if line["source"] == source and line["field"].startswith(NOT_LOOKED_FOR)]


@pytest.mark.parametrize("how", HOW)
def test_an_export_that_was_not_looked_at_resolves_nothing(months, how):
    """Absent and not covered: unchanged, stale, and AUD-NOT-TESTED; back again, it is open as before."""
    november, december = months.november, months.december
    assert november.of(CODE, how) == []
    assert november.known(CODE, how) == [("new", True), ("new", True)]
    assert {event for event, _ in november.events(CODE, how)} == {"stale"}
    assert [line["status"] for line in stale_lines(november, how)] == ["new"]
    resolved = {event["code"][:3] for event in november.summary["events"] if (event["source"], event["event"]) == (how, "resolved")}
    assert resolved <= {"AUD"}
    assert november.summary["status"]["stale"] >= 2 * len(HOW)
    assert december.statuses(CODE, how) == {"M-1": "open"}
    assert december.known(CODE, how) == [("open", False), ("resolved", False)]
    assert stale_lines(december, how) == []


def test_a_row_that_cannot_be_read_resolves_nothing(months):
    """What is absent may stand in that row; where no more rows than before are broken, what is absent is gone."""
    assert months.november.statuses(CODE, "row") == {"M-11": "open"}
    assert months.november.known(CODE, "row") == [("new", True), ("open", False)]
    assert counts(months.november, "row") == {"gone": 0, "present": 1, "not_looked_at": 1}
    assert months.december.known(CODE, "row") == [("new", True), ("resolved", False)]
    assert months.january.known(CODE, "row") == [("resolved", False)] * 2


def test_a_record_without_its_key_is_not_gone(months):
    """Nobody can tell whether the row without a number is the one that was found before."""
    november = months.november
    assert november.known(CODE, "key") == [("new", False), ("new", True), ("open", False)]  # the row without a number by its month
    assert [(line["records"], line["status"]) for line in november.of("DQ-ID-NULL", "key")] == [(1, "new")]
    assert counts(november, "key") == {"gone": 0, "present": 1, "not_looked_at": 1}
    assert months.december.known(CODE, "key") == [("open", False), ("resolved", False), ("resolved", False)]


def test_a_file_that_lost_a_column_resolves_nothing_though_another_of_its_source_fits(months):
    """A table among the source's files that no contract recognises may hold what is absent; one that lay there before hides nothing."""
    november, december = months.november, months.december
    unknown = [line["field"] for line in november.of("SCP-TABLE") if line["field"].startswith("table/")]
    assert unknown == ["table/older.csv"]
    assert november.known(CODE, "table") == [("new", True), ("open", False)]
    assert november.events(CODE, "table") == [("stale", "among the source's files: no contract recognises table/older.csv")]
    assert [line["status"] for line in stale_lines(november, "table")] == ["new"]
    assert counts(november, "table") == {"gone": 0, "present": 1, "not_looked_at": 1}
    assert december.known(CODE, "table") == [("new", True), ("resolved", False)]  # the second was seen when that table lay there already
    plans = {month: (found["gone"], found["not_looked_at"]) for month, _, found in followed(december, "table")}
    assert plans == {OCTOBER: (0, 2), NOVEMBER: (1, 0)}
    assert months.january.known(CODE, "table") == [("resolved", False)] * 2


def test_notes_beside_the_exports_hide_nothing(months):
    """What is no table by its shape or its ending is no export that changed."""
    assert months.november.known(CODE, "notes") == [("open", False), ("resolved", False)]


@pytest.mark.parametrize("code", ["RET-ANA-26", "CON-COOKIE", "SCP-PII-ANALYTICS"])
def test_events_whose_stamps_cannot_be_read_any_more_are_not_gone(months, code):
    """Two have no month in November, one in December: what was found by month may be any of them. As many as before hide nothing."""
    november, december, january = months.november, months.december, months.january
    assert ("new", True) in november.known(code, "site")
    assert "resolved" not in {event for event, _ in november.events(code, "site")}
    assert ("new", True) in december.known(code, "site")
    known = january.known(code, "site")
    assert (known.count(("resolved", False)), {is_stale for _, is_stale in known}) == (2, {False})  # by their month, and without


def test_plans_for_events_whose_stamps_cannot_be_read_any_more_are_not_carried_out(months):
    assert months.october.known("RET-ANA-26", "site") == [("new", False)]
    plans = [followed(run, "site") for run in (months.november, months.december, months.january)]
    dated = [[found for month, kind, found in of_run if (month, kind) == (OCTOBER, "sql_dated")] for of_run in plans]
    assert [[(plan["gone"], plan["not_looked_at"]) for plan in of_run] for of_run in dated] == [[(0, 2)], [(0, 2)], [(2, 0)]]


def test_an_export_that_covers_the_dates_resolves(months):
    assert months.november.known(CODE, "covers") == [("new", True), ("resolved", False)]  # the second is older than what is covered


def test_an_export_from_which_all_was_deleted_resolves_all(months):
    assert months.november.known(CODE, "all deleted") == [("resolved", False)] * 2
    assert stale_lines(months.november, "all deleted") == []


def test_a_finding_that_was_deleted_by_plan_has_its_proof(months):
    """The row of deletions.csv that names the manifest of an earlier run."""
    plan, november = plan_of(months.october, "proof"), months.november
    assert november.events(CODE, "proof") == [("resolved", f"D-1 of {plan}")] * 2
    assert [row["proof"] for row in november.state if (row["code"], row["source"]) == (CODE, "proof")] == [f"D-1 of {plan}"] * 2
    evidence = json.loads((november.folder / "evidence.json").read_text(encoding="utf-8"))
    assert [row["manifest_id"] for row in evidence["deletions"]] == [plan, "M-000000000000"]
