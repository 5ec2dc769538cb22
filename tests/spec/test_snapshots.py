"""Exports of one source made at different times (design.md section 3, snapshots): which one tells the state, which ones hold a record."""

from dataclasses import replace

import pytest

from spec.given import Export, csv_bytes, drawn, files
from spec.test_cases_c import activity

CODE, EVENTS, AS_OF = "RET-MKT-12", "RET-ANA-26", "2026-11-22"
HEADER = "list_id | email | status | opted_in_at"
HEARD = activity("list_id | email | kind | happened_at\nnieuws | z@example.com | click | 2026-06-01")
CUT_OFF = b"\x1f\x8b\x08\x00"  # the beginning of a GZIP, and no more


def lists(**states: str) -> dict[str, str]:
    """Member lists by file name; the states of a, b, … one after the other, `-` for who is not in it."""
    tables = {}
    for name, said in states.items():
        rows = [
            f"nieuws | {who}@example.com | {state} | 2020-01-01" for who, state in zip("abcdef", said.split(), strict=False) if state != "-"
        ]
        tables[name.replace("d_", "").replace("_", "-") + ".csv"] = "\n".join([HEADER, *rows])
    return tables


def exported(tables: dict[str, str], *broken: str) -> Export:
    """Dated by their names, where those are dates; the broken ones can't be read."""
    export = files("plain.mail_member", tables, extracted_at="%Y-%m-%d", timezone="UTC")
    return replace(export, files={**export.files, **dict.fromkeys(broken, CUT_OFF)})


def found(done) -> dict[str, tuple]:
    """Verdict, reason, file and action by row, of lists in which a is the first row, b the second, ..."""
    return {
        "abcdef"[line["ranges"][0]["first"] - 1]: (line["verdict"], line["reason"], line["file"].rpartition("/")[2], line["action"])
        for line in done.of(CODE)
    }


SUB = "subscribed"


def test_a_snapshot_that_lacks_a_file_does_not_tell_the_state(audit):
    """Who is not in the files that can be read may be in the one that can't: the complete one before it counts."""
    done = audit(AS_OF, exported(lists(d_2026_10_31=f"{SUB} {SUB}", d_2026_11_20=SUB), "2026-11-20-more.csv.gz"), HEARD)
    assert done.exit_code == 3
    assert found(done) == dict.fromkeys("ab", ("OVERDUE", None, "2026-10-31.csv", "archive"))


def test_where_none_is_complete_nobody_knows_the_state(audit):
    done = audit(AS_OF, exported(lists(d_2026_11_20=f"{SUB} unsubscribed"), "2026-11-20-more.csv.gz"), HEARD)
    assert found(done) == dict.fromkeys("ab", ("UNDETERMINED", "snapshot incomplete", "2026-11-20.csv", "review"))


def test_nor_where_the_broken_file_has_no_date(audit):
    export = exported(lists(leden=SUB), "meer.csv.gz")
    done = audit(AS_OF, replace(export, binding={"timezone": "UTC"}), HEARD)
    assert found(done) == {"a": ("UNDETERMINED", "snapshot incomplete", "leden.csv", "review")}


def test_an_older_one_that_lacks_a_file_does_no_harm(audit):
    done = audit(AS_OF, exported(lists(d_2026_10_31=f"{SUB} {SUB}", d_2026_11_20=SUB), "2026-10-31-more.csv.gz"), HEARD)
    assert found(done) == {"a": ("OVERDUE", None, "2026-11-20.csv", "archive")}


def test_an_empty_newest_snapshot_says_that_everybody_is_gone(audit):
    export = exported(lists(d_2026_10_31=SUB))
    done = audit(AS_OF, replace(export, files={**export.files, "2026-11-20.csv": b"list_id,email,status,opted_in_at\n"}), HEARD)
    assert done.of(CODE) == []
    assert done.counts(CODE) == {"out_of_scope": 1}


def test_a_live_member_is_archived_though_a_later_export_lacks_it(audit):
    """`delete_file` is for records that are in older exports only; at the as-of this member was live."""
    done = audit(AS_OF, exported(lists(d_2026_11_20=f"{SUB} {SUB}", d_2026_12_20=f"{SUB} -")), HEARD)
    assert found(done) == dict.fromkeys("ab", ("OVERDUE", None, "2026-11-20.csv", "archive"))


def test_an_export_without_a_date_beside_dated_ones_may_be_the_newest(audit):
    given = lists(d_2026_10_31=f"{SUB} {SUB} {SUB} -", d_2026_11_20=f"{SUB} unsubscribed {SUB} -", leden=f"{SUB} {SUB} - {SUB}")
    done = audit(AS_OF, exported(given), HEARD)
    lines = {(line["verdict"], line["reason"], line["records"]) for line in done.of(CODE)}
    assert done.counts(CODE) == {"overdue": 3, "undetermined": 1}
    assert lines == {("OVERDUE", None, 1), ("UNDETERMINED", "snapshot order unknown", 1)}


def test_one_export_without_a_date_can_contradict_itself_and_the_worst_counts(audit):
    rows = drawn(
        "list_id | email | status | opted_in_at\n" + "\n".join(f"n | a@example.com | {state} | 2020-01-01" for state in ("archived", SUB))
    )
    people = Export("plain.mail_member", {"leden.csv": csv_bytes(rows)}, {"timezone": "UTC"})
    done = audit(AS_OF, people, activity("list_id | email | kind | happened_at\nn | z@example.com | click | 2026-06-01"))
    assert [(line["verdict"], line["records"], line["ranges"]) for line in done.of(CODE)] == [("OVERDUE", 1, [{"first": 2, "last": 2}])]


def test_a_state_that_nobody_knows_is_worse_than_one_that_is_out_of_scope(audit):
    rows = drawn("list_id | email | status\n" + "\n".join(f"n | a@example.com | {state}" for state in ("unsubscribed", "klant")))
    done = audit(AS_OF, Export("plain.mail_member", {"leden.csv": csv_bytes(rows)}, {"timezone": "UTC"}))
    assert [(line["verdict"], line["reason"]) for line in done.of(CODE)] == [("UNDETERMINED", "status unknown")]


VISITORS = {
    "2026-10-31.csv": "user_id | last_active_at\nK-1 | 2026-10-01\nK-2 | 2023-01-10\nK-3 | 2023-01-10\nK-4 | 2023-01-10",
    "2026-11-20.csv": "user_id | last_active_at\nK-1 | 2026-11-01\nK-2 | 2026-11-01",
}


def test_a_holding_is_judged_in_the_newest_export_that_has_it_and_in_those_without_a_date(audit):
    undated = {"users.csv": "user_id | last_active_at\nK-1 | 2023-01-10\nK-4 | 2026-11-01"}
    done = audit(AS_OF, files("plain.analytics_user", {**VISITORS, **undated}, extracted_at="%Y-%m-%d"))
    got = [(line["file"].rpartition("/")[2], line["ranges"][0]["first"], line["action"]) for line in done.of(EVENTS) if not line["field"]]
    assert sorted(got) == [("2026-10-31.csv", 3, "delete_file"), ("2026-10-31.csv", 4, "delete"), ("users.csv", 1, "delete")]


@pytest.mark.parametrize(("broken", "action"), [("2026-11-20-more.csv.gz", "delete"), ("2026-10-31-more.csv.gz", "delete_file")])
def test_only_a_complete_newer_export_proves_that_a_record_is_gone(audit, broken, action):
    export = files("plain.analytics_user", VISITORS, extracted_at="%Y-%m-%d")
    done = audit(AS_OF, replace(export, files={**export.files, broken: CUT_OFF}))
    assert {line["action"] for line in done.of(EVENTS) if line["verdict"] == "OVERDUE"} == {action}
