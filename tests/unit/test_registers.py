"""Registers: their names and headers, the text that is edited without losing a byte, ids, and what a hold or an acceptance must say."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from houdbaar.errors import UsageError
from houdbaar.exports.entities import ENTITIES, RECORDS, REGISTERS
from houdbaar.exports.views import LOCATION
from houdbaar.ledger.acceptances import check_new_acceptance
from houdbaar.ledger.holds import check_new_hold, last_day, released
from houdbaar.ledger.registers import Register, refuse_unsafe
from houdbaar.ledger.table_text import read_table_text
from houdbaar.policy import words
from houdbaar.policy.load import load_policy
from houdbaar.privacy import Pseudonyms, is_plain_id

HOLD = {
    "kind": "legal_hold",
    "reason": "claim",
    "approver": "counsel",
    "identifier_kind": "customer_id",
    "identifier_value": "K-1",
    "starts_on": "2026-10-01",
    "review_on": "2027-03-31",
}
ACCEPTANCE = {
    "code": "DQ-TZ-ASSUMED",
    "owner": "head of IT",
    "reason": "known",
    "accepted_on": "2026-10-01",
    "accepted_until": "2027-03-30",  # the 180th day after
}
POLICY = load_policy("twingatrack")


def is_source(name: str) -> bool:
    """The sources that a workspace binds."""
    return name in ("newsletter", "accounts")


def register(folder: Path, name: str = "hold", content: bytes | None = None) -> Register:
    found = Register(name, folder / "registers", folder / ".houdbaar")
    if content is not None:
        found.folder.mkdir(parents=True, exist_ok=True)
        found.path.write_bytes(content)
    return found


# Names and headers.


def test_registers_are_entities_apart() -> None:
    assert set(ENTITIES) | set(REGISTERS) == set(RECORDS)
    assert {entity.kind for entity in ENTITIES.values()} == {"export"}
    assert {entity.kind for entity in REGISTERS.values()} == {"register"}
    assert tuple(REGISTERS) == words.REGISTERS


@pytest.mark.parametrize("entity", REGISTERS.values(), ids=REGISTERS)
def test_a_register_s_columns_are_told_from_those_of_every_row(entity) -> None:
    assert set(entity.names) & set(LOCATION) == set()
    assert entity.template == ",".join(entity.header) + "\n"
    assert entity.ends <= {column.name for column in entity.columns if column.type == "DATE"}


def test_headers_are_those_of_the_manual() -> None:
    assert REGISTERS["hold"].file == "holds.csv"
    assert REGISTERS["hold"].template == (
        "hold_id,kind,reason,approver,identifier_kind,identifier_value,source,record_key,fields,period_from,period_to,starts_on,"
        "ends_on,review_on,released_on\n"
    )
    assert REGISTERS["acceptance"].template == "acceptance_id,code,source,max_records,owner,reason,accepted_on,accepted_until\n"
    assert REGISTERS["analytics_setting"].file == "analytics_settings.csv"


@pytest.mark.parametrize("text", ["H-1", "A-123", "DSR-2026-014", "2026-0014", "12", "properties/100001", "R12", "REQ 7"])
def test_numbers_of_rows_may_be_shown(text: str) -> None:
    assert is_plain_id(text)


@pytest.mark.parametrize(
    "text", ["jan@voorbeeld.nl", "Jan", "Jan de Vries", "0612345678", "06-12345678", "", "H-1 Jansen", "203.0.113.7", "123456789", "H-١"]
)
def test_what_may_be_a_person_is_no_number(text: str) -> None:
    assert not is_plain_id(text)


def test_values_are_shown_where_they_are_words() -> None:
    pseudonyms = Pseudonyms(b"k" * 32)
    assert pseudonyms.shown_among("legal_hold", ("legal_hold",), "kind") == "legal_hold"
    assert pseudonyms.shown_among("Jan", ("legal_hold",), "kind") == f"kind-{pseudonyms.of('Jan')[:8]}"


# The text.


@pytest.mark.parametrize(
    "content",
    [
        b"hold_id,kind,released_on\nH-1,legal_hold,\n",
        b"hold_id,kind,released_on\r\nH-1,legal_hold,\r\n",
        b"hold_id;kind;released_on\r\nH-1;legal_hold;",
        b"\xef\xbb\xbfhold_id;kind;released_on\r\nH-1;legal_hold;\r\n",
        "\ufeffhold_id\tkind\treleased_on\r\nH-1\tlégal\t\r\n".encode("utf-16-le"),
        "hold_id;kind;released_on\r\nH-1;\u201cgeschil\u201d \u20ac;\r\n".encode("cp1252"),
        b"sep=;\r\nhold_id;kind;released_on\r\nH-1;legal_hold;\r\n",
        b"# our holds\n\nhold_id,kind,released_on\nH-1,legal_hold,\n",
        b'hold_id,kind,released_on\n"H-1","a ""quoted"" kind,\nof two lines",""\n\n\n',
        b"hold_id,kind,released_on,note of our own\nH-1,legal_hold,,keep me\n# a comment\nH-x,y\n",
        b"hold_id|kind|released_on\rH-1|legal_hold|\r",
    ],
    ids=["comma", "crlf", "no end", "mark", "utf-16", "windows", "sep", "comment on top", "quotes", "own column", "bar and cr"],
)
def test_adding_and_releasing_touch_nothing_else(tmp_path: Path, content: bytes) -> None:
    holds = register(tmp_path, content=content)
    assert holds.add("H", {"kind": "restriction", "released_on": ""}) == "H-2"
    added = holds.path.read_bytes()
    assert added.startswith(content)
    tail = added[len(content) :]
    codec = "utf-16-le" if b"\x00" in content else "cp1252"
    assert tail.decode(codec).strip().replace(";", ",").replace("\t", ",").replace("|", ",").startswith("H-2,restriction")
    holds.put("H-1", lambda _: {"released_on": "2026-11-25"})
    after = holds.path.read_bytes()
    day = "2026-11-25".encode(codec)
    at = after.index(day)
    assert after[:at] + after[at + len(day) :] == added
    table, _ = read_table_text(holds.path, holds.shown)
    rows = {table.value(row, "hold_id"): table.value(row, "released_on") for row in table.rows()}
    assert (rows["H-1"], rows["H-2"]) == ("2026-11-25", "")


def test_a_new_file_has_the_register_s_header(tmp_path: Path) -> None:
    holds = register(tmp_path)
    assert holds.add("H", HOLD) == "H-1"
    assert holds.path.read_text() == (
        REGISTERS["hold"].template + "H-1,legal_hold,claim,counsel,customer_id,K-1,,,,,,2026-10-01,,2027-03-31,\n"
    )


@pytest.mark.parametrize(
    ("ids", "following"),
    [
        ([], "H-1"),
        (["H-1", "H-2"], "H-3"),
        (["H-10", "H-9"], "H-11"),
        (["h-4", " H-7 ", '"H-8"'], "H-9"),
        (["2026-1", "HH-99", "H-x", ""], "H-1"),
        (["H-007"], "H-8"),
    ],
)
def test_a_new_id_is_one_more_than_the_greatest(tmp_path: Path, ids: list[str], following: str) -> None:
    content = "hold_id,kind\n" + "".join(f"{row_id},legal_hold\n" for row_id in ids)
    assert register(tmp_path, content=content.encode()).add("H", {"kind": "restriction"}) == following


def test_values_are_quoted_where_any_spreadsheet_would_split_them(tmp_path: Path) -> None:
    holds = register(tmp_path, content=b"hold_id,kind,reason\n")
    for reason in ('a "b", c', "d; e", "f|g", "plain text"):
        holds.add("H", {"reason": reason})
    lines = holds.path.read_text().splitlines()
    assert lines[1:] == ['H-1,,"a ""b"", c"', 'H-2,,"d; e"', 'H-3,,"f|g"', "H-4,,plain text"]


def test_mode_stays(tmp_path: Path) -> None:
    holds = register(tmp_path, content=b"hold_id,kind\n")
    holds.path.chmod(0o640)
    holds.add("H", {"kind": "restriction"})
    assert holds.path.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in holds.folder.iterdir()] == ["holds.csv"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'hold_id,kind\nH-1,"legal_hold\n', "line 2 has a quote"),
        (b'hold_id,kind\nH-1,"legal"_hold\n', "line 2 has a quote"),
        (b"kind,reason\nlegal_hold,x\n", "lacks the column hold_id"),
        (b"hold_id,reason\nH-1,x\n", "lacks the column kind"),
        (b"", "no header row"),
        (b"hold_id,kind\nH-1,\xc3\xa9\xe9\n", "neither all UTF-8 nor all Windows-1252"),
        (b"PK\x03\x04\x00\x00\x00\x00", "lacks the column"),
    ],
)
def test_what_cannot_be_edited_is_left_alone(tmp_path: Path, content: bytes, message: str) -> None:
    holds = register(tmp_path, content=content)
    with pytest.raises(UsageError, match=message):
        holds.add("H", {"kind": "restriction"})
    assert holds.path.read_bytes() == content
    assert [path.name for path in holds.folder.iterdir()] == ["holds.csv"]


def test_characters_that_the_file_lacks_are_refused(tmp_path: Path) -> None:
    content = "hold_id;reason\r\nH-1;geschil \u20ac\r\n".encode("cp1252")
    holds = register(tmp_path, content=content)
    with pytest.raises(UsageError, match="Windows-1252"):
        holds.add("H", {"reason": "Yılmaz"})
    assert holds.path.read_bytes() == content


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.csv").write_text("hold_id,kind\n")
    holds = register(tmp_path)
    holds.folder.mkdir()
    holds.path.symlink_to(tmp_path / "elsewhere.csv")
    with pytest.raises(UsageError, match="link"):
        holds.add("H", {"kind": "restriction"})
    assert (tmp_path / "elsewhere.csv").read_text() == "hold_id,kind\n"


def test_a_change_by_another_program_is_not_overwritten(tmp_path: Path) -> None:
    holds = register(tmp_path, content=b"hold_id,released_on\nH-1,\n")

    def saved_in_excel(_: object) -> dict[str, str]:
        holds.path.write_bytes(b"hold_id;released_on\r\nH-1;\r\nH-2;\r\n")
        return {"released_on": "2026-11-25"}

    with pytest.raises(UsageError, match="another program"):
        holds.put("H-1", saved_in_excel)
    assert holds.path.read_bytes() == b"hold_id;released_on\r\nH-1;\r\nH-2;\r\n"


@pytest.mark.parametrize(
    ("content", "row_id", "message"),
    [
        (b"hold_id,released_on\nH-1,\n", "H-2", "is not in"),
        (b"hold_id,released_on\nH-1,\nH-1,\n", "H-1", "more than once"),
        (b"hold_id,released_on\nH-1\n", "H-1", "another number of columns"),
        (b"hold_id,kind\nH-1,\n", "H-1", "lacks the column released_on"),
    ],
)
def test_a_release_needs_its_row(tmp_path: Path, content: bytes, row_id: str, message: str) -> None:
    holds = register(tmp_path, content=content)
    with pytest.raises(UsageError, match=message):
        holds.put(row_id, lambda _: {"released_on": "2026-11-25"})
    assert holds.path.read_bytes() == content


def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        (tmp_path / "registers").write_text("a file, not a folder")
    else:
        tmp_path.chmod(0o500)
    with pytest.raises(UsageError, match=r"can't be (written|read)"):
        register(tmp_path).add("H", HOLD)
    tmp_path.chmod(0o700)


# Values.


@pytest.mark.parametrize(
    "value",
    ["=1+1", "+31612345678", "-1", "@x", " =1", "'=1", '"=1', "a;=1", "a, +b", "a\t=1", "a\n=1", "a\x00b", "\uff1d1", "x|@y", "a\u2028b"],
)
def test_formulas_and_line_breaks_are_refused_without_being_quoted(value: str) -> None:
    with pytest.raises(UsageError, match="--identifier-value") as refused:
        refuse_unsafe({"identifier_value": value})
    assert value.strip() not in str(refused.value)


@pytest.mark.parametrize("value", ["a=b", "claim 2026-7", "jan@voorbeeld.nl", "0031612345678", "K-1", "a + b", "a; b", "e-mail, brief"])
def test_ordinary_values_are_not(value: str) -> None:
    refuse_unsafe({"reason": value})


# Holds.


def told(values: dict[str, str]) -> str:
    with pytest.raises(UsageError) as refused:
        check_new_hold(values, is_source)
    return str(refused.value)


def test_a_whole_hold_is_one() -> None:
    check_new_hold(HOLD, is_source)
    check_new_hold({**HOLD, "ends_on": "2027-01-01", "fields": "email"}, is_source)
    own = {name: value for name, value in HOLD.items() if not name.startswith("identifier")}
    check_new_hold({**own, "source": "newsletter", "record_key": "x"}, is_source)
    check_new_hold({**own, "source": "newsletter", "period_from": "2024-01-01", "period_to": "2024-12-31"}, is_source)


@pytest.mark.parametrize("name", ["kind", "reason", "approver", "starts_on"])
def test_a_hold_without_something_has_no_effect(name: str) -> None:
    assert f"--{name.replace('_', '-')} is missing" in told({key: value for key, value in HOLD.items() if key != name})


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"kind": "legal-hold"}, 'did you mean "legal_hold"'),
        ({"kind": "pending_access"}, "--kind is not known"),
        ({"identifier_kind": "e-mail"}, 'did you mean "email"'),
        ({"review_on": ""}, "needs a limit"),
        ({"review_on": "31-3-2027"}, "--review-on is no day"),
        ({"starts_on": "20261001"}, "--starts-on is no day"),
        ({"ends_on": "2026-02-30"}, "--ends-on is no day"),
        ({"ends_on": "2026-09-30"}, "--ends-on is before --starts-on"),
        ({"review_on": "2026-09-30"}, "--review-on is before --starts-on"),
        ({"period_from": "2024-02-01", "period_to": "2024-01-01"}, "--period-to is before --period-from"),
        ({"identifier_value": ""}, "go together"),
        ({"identifier_kind": ""}, "go together"),
        ({"identifier_value": "*"}, "everything"),
        ({"identifier_value": "Alles"}, "everything"),
        ({"identifier_kind": "", "identifier_value": ""}, "needs a selector"),
        ({"identifier_kind": "", "identifier_value": "", "source": "newsletter"}, "a source alone is everything"),
        ({"identifier_kind": "", "identifier_value": "", "period_from": "2024-01-01"}, "needs a selector"),
        ({"record_key": "x"}, "a record_key needs its source"),
        ({"source": "newsleter"}, "--source names no source"),
        ({"identifier_kind": "email"}, "not an e-mail address"),
        ({"identifier_kind": "email_md5"}, "not an MD5"),
        ({"identifier_kind": "phone", "identifier_value": "mobile"}, "00 in place of +"),
    ],
)
def test_a_hold_that_would_have_no_effect_is_refused(changed: dict[str, str], message: str) -> None:
    assert message in told({**HOLD, **changed})


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert told({"identifier_kind": "email"}).count("\n") == 7


def test_the_last_day_is_the_first_of_the_limits() -> None:
    assert last_day(HOLD, 24) == "2027-03-31"
    assert last_day({**HOLD, "ends_on": "2027-01-31"}, 24) == "2027-01-31"
    assert last_day({**HOLD, "review_on": "2030-01-01"}, 24) == "2028-10-01"


@pytest.mark.parametrize(
    ("row", "message"),
    [({"released_on": "2026-10-02"}, "released already"), ({"released_on": "", "starts_on": "2026-11-26"}, "before the day")],
)
def test_what_cannot_be_released(row: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        released(row, "2026-11-25")


# Acceptances.


def test_a_whole_acceptance_is_one() -> None:
    check_new_acceptance(ACCEPTANCE, POLICY, is_source)
    check_new_acceptance({**ACCEPTANCE, "source": "accounts", "max_records": "12", "accepted_until": "2026-10-01"}, POLICY, is_source)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"code": ""}, "--code is missing"),
        ({"owner": ""}, "--owner is missing"),
        ({"reason": ""}, "--reason is missing"),
        ({"accepted_until": ""}, "--accepted-until is missing"),
        ({"accepted_until": "2027-03-31"}, "more than 180 days"),
        ({"accepted_until": "2026-09-30"}, "before the first day"),
        ({"accepted_until": "31-12-2026"}, "--accepted-until is no day"),
        ({"code": "DQ-TZ-ASUMED"}, "did you mean DQ-TZ-ASSUMED"),
        ({"code": "SCP-SPECIAL"}, "critical"),
        ({"max_records": "a few"}, "--max-records"),
        ({"max_records": "-1"}, "--max-records"),
        ({"source": "acounts"}, "--source names no source"),
    ],
)
def test_an_acceptance_that_would_not_hold_is_refused(changed: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        check_new_acceptance({**ACCEPTANCE, **changed}, POLICY, is_source)


def test_the_longest_acceptance_is_a_knob() -> None:
    with pytest.raises(UsageError, match="more than 30 days"):
        check_new_acceptance(ACCEPTANCE, POLICY.with_knobs({"accept.max_days": 30}), is_source)


def test_days_are_days_of_the_calendar() -> None:
    assert date.fromisoformat(ACCEPTANCE["accepted_until"]).toordinal() - date.fromisoformat(ACCEPTANCE["accepted_on"]).toordinal() == 180
