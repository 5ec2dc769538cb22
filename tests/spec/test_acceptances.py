"""What is accepted, until when, and how much of it (domain.md 5.3, and K05)."""

import pytest

from spec.months_of import CODE, JANUARY, NEW, NOVEMBER, OCTOBER, OLD, OTHER, Company, messages

HEADER = "acceptance_id | code | source | max_records | owner | reason | accepted_on | accepted_until"
DAY_AFTER = "2026-12-01"
BOOKS = """
    invoice_number | customer_id | invoice_date | customer_name | amount | email            | phone
    F-1            | K-1         | 2020-01-09   | Voorbeeld BV  | 10.00  | jan@voorbeeld.nl | 0612345670"""
CONTACTS = """
    contact_id | customer_id | last_name | contract_started_on | contract_ended_on | last_contact_at
    C-1        | K-1         | Jansen    | 2018-01-01          | 2020-01-10        | 2020-01-05"""


def accept(source, **change):
    """A row of the register of acceptances, by default as its source is named, through the last of November."""
    row = {
        "acceptance_id": f"A-{source}",
        "code": CODE,
        "source": source,
        "max_records": "",
        "owner": "head of support",
        "reason": "the system is replaced",
        "accepted_on": "2026-10-01",
        "accepted_until": NOVEMBER,
    } | change
    return " | ".join(row.values())


def register(company, *rows):
    """The register with these rows."""
    company.register("acceptances", "\n".join([HEADER, *rows]))


def standing(run, source):
    """What a summary says of the only acceptance of a source."""
    (item,) = [item for item in run.summary["acceptances"] if item["source"] == source]
    return item


@pytest.fixture(scope="module")
def months(tmp_path_factory):
    """A company with a help desk per case, whose register and exports change from month to month."""
    company = Company(tmp_path_factory.mktemp("acceptances") / "company")
    for case in ("ends", "removed", "many", "absent", "back", "unused", "critical", "away"):
        company.export(case, messages(OLD, OTHER, NEW))
    company.export("books", BOOKS, contract="plain.invoice")
    company.export("people", CONTACTS, contract="plain.contact")
    long = {"accepted_until": "2027-03-01"}
    always = (
        accept("books", code="RET-STAT-FIELDS", max_records="1", **long),
        accept("unused", code="DQ-TZ-ASSUMED", **long),
        accept("critical", code="CON-SEND-UNSUB", **long),
        accept("back", **long),
        accept("away", **long),
    )

    register(company, *always, accept("removed"), accept("many", max_records="1", **long), accept("absent", **long))
    october = company.audit(OCTOBER)

    register(company, *always, accept("ends"), accept("many", max_records="5", **long), accept("absent", **long))
    company.export("absent", messages(OLD, NEW))
    company.export("back", messages(OTHER))
    company.export("away", None)
    november = company.audit(NOVEMBER)

    another = accept("many", acceptance_id="A-more", max_records="5", **long)
    register(company, *always, accept("ends"), another)
    company.export("back", messages(OLD))
    company.export("away", messages(OLD, OTHER, NEW))
    december = company.audit(DAY_AFTER)

    register(company, *always, accept("ends"), another, accept("absent", **long))
    company.export("many", messages(OLD, OTHER, NEW, ("M-4", "2025-08-01")))
    company.export("absent", messages(OLD, ("M-9", "2025-08-01")))
    return october, november, december, company.audit(JANUARY)


def test_accepted_through_the_last_day_and_open_after_it(months):
    """K05: the end date is inclusive."""
    october, november, after, later = months
    assert october.statuses(CODE, "ends") == {"M-1": "new", "M-2": "new"}
    assert november.statuses(CODE, "ends") == {"M-1": "accepted", "M-2": "accepted"}
    item = standing(november, "ends")
    assert (item["state"], item["findings"], item["records"], item["owner"]) == ("effective", 2, 2, "head of support")
    assert after.statuses(CODE, "ends") == {"M-1": "open", "M-2": "open"}
    assert after.events(CODE, "ends") == [("acceptance_ended", "it ended on 2026-11-30")] * 2
    assert "no longer accepted: 2 findings: it ended on 2026-11-30" in after.said
    assert later.events(CODE, "ends") == []  # told once


def test_an_acceptance_that_was_taken_out_of_the_register_has_ended(months):
    october, november, *_ = months
    assert october.statuses(CODE, "removed") == {"M-1": "accepted", "M-2": "accepted"}
    assert november.statuses(CODE, "removed") == {"M-1": "open", "M-2": "open"}
    assert [event for event, _ in november.events(CODE, "removed")] == ["acceptance_ended"] * 2


def test_more_than_was_accepted_is_not_accepted(months):
    """Counts may only fall: from the most that the acceptance names, and from what was accepted in the run before."""
    october, november, december, january = months
    assert october.statuses(CODE, "many") == {"M-1": "new", "M-2": "new"}
    item = standing(october, "many")
    assert (item["state"], item["limit"], item["records"]) == ("exceeded", 1, 2)
    item = standing(november, "many")  # the same acceptance
    assert (item["state"], item["limit"]) == ("exceeded", 1)
    assert december.statuses(CODE, "many") == {"M-1": "accepted", "M-2": "accepted"}
    assert standing(december, "many")["limit"] == 2
    assert january.statuses(CODE, "many") == {"M-1": "open", "M-2": "open", "M-4": "new"}
    page = (january.folder / "report.html").read_text(encoding="utf-8")
    assert page.count("nieuw: 1 bevinding<") == 2  # M-4, and M-9 of the help desk `absent`
    assert january.events(CODE, "many") == [("acceptance_ended", "3 records, and at most 2 are accepted")] * 2


def test_an_acceptance_that_is_taken_out_and_put_back_is_the_same(months):
    """What it accepts may only become fewer, also while it was out of the register for a month."""
    _, november, december, january = months
    assert standing(november, "absent")["limit"] == 1
    assert "absent" not in {item["source"] for item in december.summary["acceptances"]}
    item = standing(january, "absent")
    assert (item["state"], item["limit"]) == ("exceeded", 1)
    assert january.statuses(CODE, "absent") == {"M-1": "open", "M-9": "new"}


def test_what_nobody_could_look_for_stays_accepted(months):
    _, november, december, _ = months
    assert november.known(CODE, "away") == [("accepted", True)] * 2
    item = standing(november, "away")
    assert (item["state"], item["records"], item["limit"]) == ("effective", 0, 2)
    assert december.statuses(CODE, "away") == {"M-1": "accepted", "M-2": "accepted"}


def test_a_record_with_several_fields_counts_once_against_what_is_accepted(months):
    october, *_ = months
    assert {line["field"]: line["status"] for line in october.of("RET-STAT-FIELDS")} == {"email": "accepted", "phone": "accepted"}
    item = standing(october, "books")
    assert (item["state"], item["findings"], item["records"], item["limit"]) == ("effective", 2, 1, 1)


def test_an_acceptance_that_nothing_falls_under_is_told(months):
    october, *_ = months
    assert standing(october, "unused")["state"] == "unused"
    assert october.said.count("nothing falls under it") == 1


def test_an_acceptance_of_what_is_critical_accepts_nothing(months):
    item = standing(months[0], "critical")
    assert (item["state"], "critical" in item["why"]) == ("invalid", True)


def test_what_comes_back_is_told_though_it_would_be_accepted(months):
    october, november, december, january = months
    assert october.statuses(CODE, "back") == {"M-1": "accepted", "M-2": "accepted"}
    assert november.statuses(CODE, "back") == {"M-2": "accepted"}
    assert december.statuses(CODE, "back") == {"M-1": "regressed"}
    assert january.statuses(CODE, "back") == {"M-1": "accepted"}


def test_what_is_accepted_does_not_fail_a_run(tmp_path):
    """--fail-on looks at what nobody has accepted: promises that nobody looked at are medium too."""
    company = Company(tmp_path / "company")
    company.export("desk", messages(OLD, OTHER, NEW))
    assert company.audit(OCTOBER, "--output", str(tmp_path / "out"), "--fail-on", "medium").exit_code == 1
    register(company, accept("desk"), accept("", acceptance_id="A-2", code="AUD-NOT-TESTED"))
    done = company.audit(OCTOBER, "--fail-on", "medium")
    rest = {line["code"] for line in done.lines if line["status"] != "accepted" and line["severity"] not in ("low", "info")}
    assert (done.exit_code, rest) == (0, set())
    assert company.run("findings", "--workspace", str(company.folder), "--fail-on", "medium").exit_code == 0


def test_an_acceptance_ends_when_the_severity_rises(tmp_path):
    """The first time by its number of subjects, which makes it critical; and it stays ended."""
    company = Company(tmp_path / "company")
    since = "2024-01-05T10:00:00+01:00"
    members = f"email | status | opted_in_at\na@example.com | subscribed | {since}\nb@example.com | subscribed | {since}"
    company.export("letters", members, contract="plain.mail_member")
    clicks = "list_id | email | kind | happened_at\nletters | c@example.com | click | 2026-09-01T10:00:00+02:00"
    company.export("clicks", clicks, contract="plain.mail_activity", coverage="from", covers_from="2023-01-01")
    register(company, accept("letters", code="RET-MKT-12", accepted_until="2027-02-28"))
    assert set(company.audit(OCTOBER).statuses("RET-MKT-12").values()) == {"accepted"}
    settled = company.settings
    company.settings = settled + '"severity.bulk" = 1\n'
    november = company.audit(NOVEMBER)
    assert {(line["severity"], line["status"]) for line in november.of("RET-MKT-12")} == {("critical", "open")}
    assert set(november.events("RET-MKT-12")) == {("acceptance_ended", "the severity rose from high to critical")}
    company.settings = settled
    assert set(company.audit(DAY_AFTER).statuses("RET-MKT-12").values()) == {"open"}
