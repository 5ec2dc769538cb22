"""The letter and the audit agree on what should have gone."""

import pytest

from spec.answered import REGISTERS, REQUEST, answered, package
from spec.conftest import write
from spec.given import plain
from spec.outcome import rows_of

CLICKS = "list_id | campaign_id | email | kind | happened_at"
NEWS = "list_id | email | status | signup_source | opted_in_at | unsubscribed_at"
READERS = {
    "answered lately": (["2024-01-10 10:00", "2026-10-01 10:00"], "subscribed", ""),
    "left long ago": (["2024-01-10 10:00"], "unsubscribed", "2024-02-01"),
    "left just now": (["2026-11-01 10:00"], "unsubscribed", "2026-11-02"),
    "clicked after leaving": (["2026-11-01 10:00"], "unsubscribed", "2026-01-02"),
}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, auditor):
    """What readers of a newsletter and the buyer K-1 get to read, and the audit of the same company."""
    clicks, news = CLICKS, NEWS
    requests = [REQUEST, "K-1 | access | mail | 2026-11-03 | customer_id=K-1 | nl | verified | 2026-11-04 | | | |"]
    for number, (clicked, status, unsubscribed) in enumerate(READERS.values(), 1):
        clicks += "".join(f"\nnieuws | C-1 | p{number}@voorbeeld.nl | click | {moment}" for moment in clicked)
        news += f"\nnieuws | p{number}@voorbeeld.nl | {status} | newsletter | 2023-01-01 | {unsubscribed}"
        requests.append(f"R-{number} | access | mail | 2026-11-03 | email=p{number}@voorbeeld.nl | nl | verified | 2026-11-04 | | | |")
    exports = (
        plain("mail_activity", clicks, coverage="complete", covers_from="2020-01-01", extracted_at="2026-11-20T06:00:00+01:00"),
        plain("mail_member", news, coverage="complete", extracted_at="2026-11-20T06:00:00+01:00"),
        plain("order", "order_id | customer_id | ordered_at\nO-1 | K-1 | 2016-01-05"),
    )
    place = tmp_path_factory.mktemp("both") / "company"
    write(place, exports, registers={**REGISTERS, "requests": "\n".join(requests)})
    given = {name: package(place, f"R-{number}") for number, name in enumerate(READERS, 1)}
    return {**given, "K-1": package(place, "K-1")}, auditor("2026-11-25", *exports, registers=REGISTERS)


@pytest.mark.parametrize("name", READERS)
def test_the_letter_and_the_audit_agree_on_what_should_have_gone(both, name):
    found, done = both[0][name], both[1]
    assert found.exit_code == 0, found.stderr
    rows = found.json("package/gegevens/mail_activity/gegevens.json")
    assert len(rows) == len(READERS[name][0])
    over = {row["rij"] for row in rows if row["verlopen"] == "ja"}
    said = {row for line in done.lines if line["source"] == "mail_activity" and line["code"].startswith("RET-")
            and line["verdict"] in ("OVERDUE", "FAIL", "HELD") for row in rows_of(line)}  # fmt: skip
    assert over == said & {row["rij"] for row in rows}
    assert bool(over) == (name in ("left long ago", "clicked after leaving"))


def test_an_order_without_any_purpose_should_have_gone(both):
    found, done = both[0]["K-1"], both[1]
    assert [row["verlopen"] for row in found.json("package/gegevens/order/gegevens.json")] == ["ja"]
    assert [rows_of(line) for line in done.of("RET-NO-PURPOSE") if line["source"] == "order"] == [[1]]


FORMER = (
    plain("invoice", "invoice_number | customer_id | email | invoice_date | amount\nF-2 | K-1 | jan@voorbeeld.nl | 2018-12-31 | 1"),
    plain("account", "account_id | customer_id | email | created_at | closed_at\nA-1 | K-1 | jan@voorbeeld.nl | 2021-01-01 | "),
)


def test_statutory_years_that_are_over_keep_nothing_from_an_erasure_though_a_relation_goes_on(tmp_path):
    """domain.md 2.10: the floor comes before an erasure; what a relation keeps after it is no duty, and no letter may name its past day."""
    found = answered(tmp_path / "company", "erasure", *FORMER, registers=REGISTERS)
    invoice = found.steps["invoice 1"]
    assert (invoice["action"], invoice["duty"], invoice["until"]) == ("erase", None, None)
    assert "2025" not in found.letter


@pytest.mark.parametrize(("language", "words"), [("nl", "zolang u klant bij ons bent"), ("en", "as long as you are our customer")])
def test_who_asks_is_told_that_the_relation_keeps_what_the_law_no_longer_does(tmp_path, language, words):
    found = answered(tmp_path / "company", "access", *FORMER, registers=REGISTERS, language=language)
    assert words in found.letter
    assert "2025" not in found.letter
    rows = found.json("package/gegevens/invoice/gegevens.json" if language == "nl" else "package/data/invoice/data.json")
    assert [row["laatste dag" if language == "nl" else "last day"] for row in rows] == [None]
