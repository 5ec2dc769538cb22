"""Group E, the books (domain.md 2.7), what is left of a mailing list (2.5), and the registers' own terms."""

import pytest

from spec.given import plain, sources

OVER, FIELDS, EARLY, RESIDUE = "RET-STAT-OVER", "RET-STAT-FIELDS", "RET-STAT-EARLY", "RET-MKT-RESIDUE"
AS_OF = "2026-11-22"
MADE = "2026-11-22T23:00:00+01:00"


@pytest.mark.parametrize(("as_of", "verdict"), [("2026-12-31", "KEEP"), ("2027-01-01", "OVERDUE")])
def test_e13_the_years_count_from_the_end_of_the_year(judge, as_of, verdict):
    judge(OVER, as_of, plain("invoice", f"invoice_number | invoice_date | verdict\n1 | 2019-01-01 | {verdict}\n2 | 2019-12-31 | {verdict}"))


@pytest.mark.parametrize(("as_of", "verdict"), [("2026-06-30", "KEEP"), ("2026-07-01", "OVERDUE")])
def test_e14_a_broken_book_year_ends_where_it_ends(judge, as_of, verdict):
    given = f"invoice_number | invoice_date | verdict\n1 | 2019-03-05 | {verdict}\n2 | 2019-07-01 | KEEP"
    done = judge(OVER, as_of, plain("invoice", given), knobs={"statutory.fiscal_year_end": "06-30"})
    assert [(line["severity"], str(line["last_permitted_day"])) for line in done.of(OVER)] == (
        [("medium", "2026-06-30")] if verdict == "OVERDUE" else []
    )


def test_e15_e16_vat_duties_last_longer_and_count_by_the_calendar(judge):
    given = """
        invoice_number | invoice_date | fiscal_year | is_oss | is_immovable | verdict | why
        1              | 2017-03-05   |             | true   |              | KEEP    | 10 years after 2017
        2              | 2015-12-31   |             | true   |              | OVERDUE |
        3              | 2018-03-05   |             |        | true         | KEEP    | 9 years after 2018
        4              | 2017-03-05   |             |        | true         | KEEP    | on its last day, see below
        5              |              | 2016        |        | true         | OVERDUE |
        6              | 2018-12-31   |             |        |              | OVERDUE | seven years
        7              |              |             |        |              | UNDETERMINED |
        8              | 2027-01-01   |             |        |              | NOT_YET |
    """
    judge(
        OVER, "2026-12-31", plain("invoice", given, extracted_at="2027-02-01T12:00:00+01:00"), knobs={"statutory.fiscal_year_end": "06-30"}
    )


def test_the_year_that_a_document_names_is_its_own(judge):
    """domain.md 2.7: "end of the fiscal year of the document". Where its day is later than that, or years before, nobody knows."""
    given = """
        invoice_number | invoice_date | fiscal_year | is_oss | verdict
        1              | 2019-12-30   | 2020        |        | KEEP
        2              | 2020-01-02   | 2019        |        | UNDETERMINED
        3              | 2019-01-02   | 2018        |        | OVERDUE
        4              | 2019-05-05   | 2019        |        | OVERDUE
        5              | gisteren     | 2019        |        | OVERDUE
        6              | gisteren     | 2020        |        | KEEP
        7              | gisteren     |             |        | UNDETERMINED
        8              | 2016-05-05   | 2017        | true   | OVERDUE
        9              | 2010-05-01   | 2024        |        | UNDETERMINED
        10             | 2010-05-01   | 2012        |        | OVERDUE
    """
    done = judge(OVER, "2027-01-01", plain("invoice", given, extracted_at="2027-02-01T12:00:00+01:00"))
    assert {line["reason"] for line in done.of(OVER) if line["verdict"] == "UNDETERMINED"} == {"DQ-TS-CONFLICT", "DQ-TS-PARSE"}


def test_a_year_that_lies_in_two_book_years_is_either_of_them(judge):
    given = "invoice_number | invoice_date | fiscal_year | verdict | reason\n1 | 2018-12-31 | 2019 | {} | {}\n2 | 2019-03-05 | 2019 | {} |"
    broken = {"statutory.fiscal_year_end": "06-30"}
    judge(OVER, "2026-07-01", plain("invoice", given.format("OVERDUE", "", "OVERDUE")), knobs=broken)
    older = given.replace("2018-12-31", "2018-03-05")
    judge(OVER, "2026-07-01", plain("invoice", older.format("UNDETERMINED", "DQ-TS-PRECISION", "OVERDUE")), knobs=broken)


def test_where_a_flag_says_nothing_only_what_every_duty_says_is_certain(judge):
    """Seven years for the books, ten for one-stop-shop sales: nobody may delete what the law may ask for."""
    given = """
        invoice_number | invoice_date | is_oss    | is_immovable | verdict      | reason
        1              | 2020-03-05   | misschien |              | KEEP         |
        2              | 2019-03-05   | misschien |              | UNDETERMINED | value not understood
        3              | 2018-03-05   |           |              | UNDETERMINED | value not understood
        4              | 2018-03-05   | nee       | nee          | OVERDUE      |
        5              | 2018-03-05   | nee       | wellicht     | UNDETERMINED | value not understood
        6              | 2018-03-05   | ja        | wellicht     | KEEP         |
        7              | 2016-03-05   | misschien |              | UNDETERMINED | value not understood
        8              | 2015-03-05   | misschien |              | OVERDUE      |
    """
    fine = "invoice_number | invoice_date | verdict\n9 | 2018-03-05 | OVERDUE"
    judge(OVER, "2027-01-01", plain("invoice", given, extracted_at="2027-02-01T12:00:00+01:00"))
    judge(OVER, "2027-01-01", plain("invoice", fine, extracted_at="2027-02-01T12:00:00+01:00"))


def test_e16_immovable_property_of_2018_goes_in_2028(judge):
    given = "invoice_number | fiscal_year | is_immovable | verdict\n1 | 2018 | true | {}"
    judge(OVER, "2027-12-31", plain("invoice", given.format("KEEP"), usual={"invoice_date": ""}))
    judge(OVER, "2028-01-01", plain("invoice", given.format("OVERDUE"), usual={"invoice_date": ""}))


def test_e19_by_knob_a_contract_counts_from_its_end(judge):
    given = (
        "invoice_number | invoice_date | contract_ended_on | verdict\n1 | 2015-03-05 | 2020-09-30 | {}\n2 | 2015-03-05 | 9999-12-31 | {}"
    )
    by_contract = {"statutory.trigger": "contract_end"}
    judge(OVER, AS_OF, plain("invoice", given.format("KEEP", "KEEP")), knobs=by_contract)
    judge(OVER, "2027-12-31", plain("invoice", given.format("KEEP", "KEEP")), knobs=by_contract)
    judge(OVER, "2028-01-01", plain("invoice", given.format("OVERDUE", "KEEP")), knobs=by_contract)
    judge(OVER, AS_OF, plain("invoice", given.format("OVERDUE", "OVERDUE")))


def test_by_knob_a_contract_ends_later_than_the_year_that_a_document_names(judge):
    given = "invoice_number | fiscal_year | contract_ended_on | verdict\n1 | 2015 | 2020-09-30 | KEEP\n2 | 2015 | 2016-09-30 | OVERDUE"
    judge(OVER, AS_OF, plain("invoice", given), knobs={"statutory.trigger": "contract_end"})


def test_a_contract_of_which_nobody_knows_the_end_may_still_run(judge):
    given = """
        invoice_number | invoice_date | contract_ended_on | verdict      | reason
        1              | 2015-03-05   | 31-02-2020        | UNDETERMINED | DQ-TS-PARSE
        2              | 2015-03-05   | 1900-01-01        | UNDETERMINED | DQ-TS-SENTINEL
        3              | 2020-03-05   | 31-02-2020        | KEEP         |
        4              | 2015-03-05   |                   | OVERDUE      |
    """
    judge(OVER, AS_OF, plain("invoice", given), knobs={"statutory.trigger": "contract_end"})


def test_the_floor_is_a_duty_that_no_reading_of_promises_shortens(judge):
    given = "invoice_number | invoice_date | verdict\n1 | 2019-03-05 | KEEP"
    judge(OVER, "2026-12-31", plain("invoice", given), knobs={"time.boundary": "exclusive"})


def test_only_a_relation_that_is_seen_to_go_on_keeps_books_past_their_years(judge):
    given = """
        invoice_number | customer_id | invoice_date | paid_at    | verdict
        1              | K-1         | 2016-01-01   | 2016-02-01 | WITHIN
        2              | K-2         | 2016-01-01   | 2016-02-01 | OVERDUE
        3              |             | 2016-01-01   | 2016-02-01 | OVERDUE
    """
    account = plain(
        "account", "account_id | customer_id | created_at | closed_at\nA-1 | K-1 | 2015-01-01 |\nA-2 | K-2 | 2015-01-01 | 2020-01-01"
    )
    judge(OVER, AS_OF, plain("invoice", given), account)


def test_a_payment_follows_its_invoice(judge):
    given = """
        payment_id | invoice_number | paid_at    | verdict
        P-1        | 1              | 2019-02-01 | OVERDUE
        P-2        | 2              | 2019-02-01 | KEEP
        P-3        | 9              | 2018-12-31 | OVERDUE
        P-4        | 9              | 2019-01-01 | KEEP
        P-5        | 9              |            | UNDETERMINED
    """
    invoice = plain("invoice", "invoice_number | invoice_date | is_oss\n1 | 2018-12-20 |\n2 | 2016-12-20 | true")
    judge(OVER, AS_OF, plain("payment", given), invoice)


INVOICE = "invoice_number | customer_id | invoice_date | customer_name | email      | phone | paid_at"


def test_fields_beyond_the_books_go_with_the_relation(audit):
    """That of the first customer ended long enough ago, that of the second did not, and that of the third goes on."""
    rows = "\n".join(f"{n} | K-{n} | 2024-01-01 | Jansen | j{n}@example.com | 06 | 2024-02-01" for n in (1, 2, 3))
    invoices = plain("invoice", f"{INVOICE}\n{rows}", extracted_at=MADE)
    closed = ("2025-11-21", "2025-11-22", "")
    accounts = "\n".join(f"A-{n} | K-{n} | 2015-01-01 | {day}" for n, day in enumerate(closed, 1))
    done = audit(AS_OF, invoices, plain("account", f"account_id | customer_id | created_at | closed_at\n{accounts}"))
    assert [about_field(line) for line in done.of(FIELDS)] == [
        ("FAIL", 1, field, "", "medium", "clear_field") for field in ("email", "phone")
    ]
    alone = audit(AS_OF, invoices)
    assert sorted(about_field(line) for line in alone.of(FIELDS)) == sorted(
        ("UNDETERMINED", row, field, "relationship not covered", "medium", "review") for row in (1, 2, 3) for field in ("email", "phone")
    )


def about_field(line):
    """What such a line says, of which row."""
    (piece,) = line["ranges"]
    return (line["verdict"], piece["first"], line["field"], line["reason"] or "", line["severity"], line["action"])


def test_a_word_for_nothing_fills_no_field(audit):
    invoice = plain("invoice", f"{INVOICE}\n1 | K-1 | 2024-01-01 | Jansen | n/a | - | 2024-02-01", extracted_at=MADE)
    done = audit(AS_OF, invoice, plain("account", "account_id | customer_id | closed_at\nA-1 | K-1 | 2020-01-01"))
    assert (done.of(FIELDS), done.counts(FIELDS)) == ([], {"passed": 1})


def test_which_fields_belong_to_the_books_is_a_knob(audit):
    invoice = plain("invoice", f"{INVOICE}\n1 | K-1 | 2024-01-01 | Jansen | j@example.com | 06 | 2024-02-01", extracted_at=MADE)
    account = plain("account", "account_id | customer_id | created_at | closed_at\nA-1 | K-1 | 2015-01-01 | 2020-01-01")
    contact = audit("2025-03-01", invoice, account, knobs={"statutory.fields": "customer_id,email"})
    assert [line["field"] for line in contact.of(FIELDS)] == ["customer_name", "phone"]
    assert contact.counts(FIELDS) == {"failed": 1}


def test_early_a_gap_in_the_numbers_shows_what_was_removed(audit):
    given = "invoice_number | invoice_date\nF-1 | 2024-01-01\nF-2 | 2024-02-01\nF-5 | 2024-03-01\nF-6 | 2024-04-01"
    done = audit(AS_OF, plain("invoice", given))
    line = done.only(EARLY)
    assert (line["verdict"], line["severity"], line["records"], line["ranges"]) == ("FAIL", "high", 2, [{"first": 3, "last": 3}])
    assert done.counts(EARLY) == {"failed": 2, "passed": 3}


GAPS = {
    "after their years": ("F-1 | 2016-01-01\nF-2 | 2016-02-01\nF-4 | 2017-03-01", {"passed": 3}),
    "perhaps after their years": ("G-1 | 2016-01-01\nG-2 | 2016-02-01\nG-4 | 2024-03-01", {"passed": 2, "undetermined": 1}),
    "dates against the numbers": ("N-1 | 2024-03-01\nN-2 | 2024-02-01\nN-4 | 2016-03-01", {"passed": 2, "undetermined": 1}),
    "a series a year": ("2023-1 | 2023-01-01\n2023-2 | 2023-02-01\n2024-1 | 2024-03-01", {"passed": 3}),
    "the year in the digits": ("20230001 | 2023-01-01\n20230002 | 2023-02-01\n20240001 | 2024-03-01", {"passed": 3}),
    "no series": ("H-1 | 2024-01-01\nH-900 | 2024-02-01", {"undetermined": 2}),
}


@pytest.fixture(scope="module")
def gaps(auditor):
    """Invoices with each of these gaps in a source of its own."""
    return auditor(AS_OF, *sources({name: plain("invoice", f"invoice_number | invoice_date\n{text}") for name, (text, _) in GAPS.items()}))


@pytest.mark.parametrize("name", GAPS)
def test_early_other_gaps(gaps, name):
    assert gaps.counts(EARLY, name) == GAPS[name][1]


def test_no_purpose_an_order_goes_after_the_books(judge):
    given = """
        order_id | customer_id | ordered_at | verdict
        O-1      | K-1         | 2018-12-31 | FAIL
        O-2      | K-1         | 2019-01-01 | PASS
        O-3      | K-2         | 2015-01-01 | PASS
        O-4      |             |            | UNDETERMINED
    """
    account = plain("account", "account_id | customer_id | created_at | closed_at\nA-1 | K-2 | 2015-01-01 |")
    done = judge("RET-NO-PURPOSE", AS_OF, plain("order", given), account)
    asked = [(line["severity"], line["action"]) for line in done.of("RET-NO-PURPOSE") if line["verdict"] == "FAIL"]
    assert asked == [("high", "delete")]


def test_c18_c19_c21_what_is_left_of_a_member(judge):
    given = """
        case | list_id | email           | status        | opted_in_at | unsubscribed_at | cleaned_at | first_name | tags | verdict
        C18  | L       | a@example.com   | unsubscribed  | 2020-01-01  | 2026-01-10      |            | Jan        | x    | FAIL
        C19  | L       | b@example.com   | unsubscribed  | 2020-01-01  | 2026-11-10      |            | Jan        |      | PASS
        C21  | L       | c@example.com   | cleaned       | 2020-01-01  |                 | 2024-03-01 | Jan        |      | FAIL
        -    | L       | d@example.com   | unsubscribed  | 2020-01-01  | 2026-01-10      |            |            |      | PASS
        -    | L       | e@example.com   | unsubscribed  | 2020-01-01  | 2026-10-22      |            | Jan        |      | FAIL
        -    | L       | f@example.com   | unsubscribed  | 2020-01-01  | 2026-10-23      |            | Jan        |      | PASS
        -    | L       | g@example.com   | unsubscribed  | 2020-01-01  |                 |            | Jan        |      | UNDETERMINED
        -    | L       | h@example.com   | archived      | 2020-01-01  |                 |            | Jan        |      | FAIL
        -    | L       | i@example.com   | subscribed    | 2020-01-01  |                 |            | Jan        |      | OUT_OF_SCOPE
    """
    done = judge(RESIDUE, AS_OF, plain("mail_member", given, timezone="Europe/Amsterdam", extracted_at=MADE))
    lines = [line for line in done.of(RESIDUE) if line["verdict"] == "FAIL"]
    assert {(line["severity"], line["action"], line["clause"]) for line in lines} == {("medium", "clear_field", "C-52-4")}


CLICKS = """
    list_id | campaign_id | email           | kind  | happened_at
    L       | c1          | old@example.com | click | 2025-01-01T10:00:00Z
    L       | c1          | new@example.com | click | 2025-01-01T10:00:00Z
    L       | c2          | new@example.com | click | 2026-06-01T10:00:00Z
    L       | c1          | out@example.com | open  | 2025-02-01T10:00:00Z
    L       | c1          | far@example.com | click | 2025-03-01T10:00:00Z
    L       | c1          | out@example.com | bounce | 2025-02-01T10:00:00Z
"""


def test_clicks_of_those_who_may_not_be_mailed_are_residue(audit):
    members = """
        list_id | email           | status       | opted_in_at | unsubscribed_at
        L       | old@example.com | subscribed   | 2020-01-01  |
        L       | new@example.com | subscribed   | 2020-01-01  |
        L       | out@example.com | unsubscribed | 2020-01-01  | 2026-01-01
    """
    activity = plain("mail_activity", CLICKS, coverage="from", covers_from="2015-01-01", extracted_at=MADE)
    done = audit(AS_OF, plain("mail_member", members, extracted_at=MADE), activity)
    done.shows(
        """
        code            | verdict | clause | entity        | rows | severity | overdue_month | action
        RET-MKT-RESIDUE | FAIL    | C-32-2 | mail_activity | 1    | medium   | 2025-01       | delete
        RET-MKT-RESIDUE | FAIL    | C-32-2 | mail_activity | 4    | medium   | 2025-02       | delete
        RET-MKT-RESIDUE | FAIL    | C-32-2 | mail_activity | 5    | medium   | 2025-03       | delete
        """,
        every=False,
    )
    assert RESIDUE in " ".join(audit(AS_OF, activity).not_tested())


def test_profile_a_rating_lives_no_longer_than_its_answers(audit):
    members = """
        list_id | email           | status     | opted_in_at | rating | tags
        L       | old@example.com | subscribed | 2020-01-01  | 4      | camper
        L       | new@example.com | subscribed | 2020-01-01  | 4      | camper
        L       | out@example.com | subscribed | 2020-01-01  |        |
    """
    activity = plain("mail_activity", CLICKS, coverage="from", covers_from="2015-01-01", extracted_at=MADE)
    done = audit(AS_OF, plain("mail_member", members, extracted_at=MADE), activity)
    assert [(line["field"], line["verdict"], line["severity"]) for line in done.of("RET-PROFILE")] == [
        ("rating", "OVERDUE", "medium"),
        ("tags", "OVERDUE", "medium"),
    ]
    assert done.counts("RET-PROFILE") == {"overdue": 1, "within": 1, "out_of_scope": 1}


REQUEST = "request_id | right | received_at | identifiers | state | id_proof | verified_at | answered_at | closed_at"
USE = plain("service_event", "happened_at | account_id\n2026-11-01 | A-1", extracted_at=MADE)


def test_id_doc_and_dsr_log_end_with_the_request(audit):
    rows = f"""
        {REQUEST}
        R-1 | access | 2026-11-01 | customer_id=K-1 | verified | copy of passport        | 2026-11-21 |            |
        R-2 | access | 2026-11-01 | customer_id=K-1 | verified | redacted copy           | 2026-11-22 |            |
        R-3 | access | 2026-11-01 | customer_id=K-1 | verified | copy, destroyed         | 2026-11-02 |            |
        R-7 | access | 2026-11-01 | customer_id=K-1 | verified | passport, not copied    | 2026-11-02 |            |
        R-8 | access | 2026-11-01 | customer_id=K-1 | verified | copy without masking    | 2026-11-21 |            |
        R-4 | access | 2026-11-01 | customer_id=K-1 | received | copy of passport        |            |            |
        R-5 | access | 2023-10-01 | customer_id=K-1 | closed   | login                   | 2023-10-02 | 2023-10-20 | 2023-11-21
        R-6 | access | 2023-10-01 | customer_id=K-1 | closed   | login                   | 2023-10-02 | 2023-10-20 | 2023-11-22
    """
    done = audit(AS_OF, USE, registers={"requests": rows})
    assert done.counts("RET-ID-DOC") == {"overdue": 2, "due": 1, "within": 1}
    assert {(each["severity"], each["field"]) for each in done.of("RET-ID-DOC")} == {("high", "id_proof")}
    assert done.counts("RET-DSR-LOG") == {"overdue": 1, "due": 1, "within": 6}
    assert (done.only("RET-DSR-LOG")["severity"], done.only("RET-DSR-LOG")["confidence"]) == ("low", "assumed")


def test_cfg_ga_the_property_may_not_keep_longer_than_promised(audit):
    rows = """
        property_id | event_months | user_months | is_reset_on_activity
        p-1         | 26           | 14          | false
        p-2         | 38           | 14          | true
        p-3         | 14           |             | false
    """
    done = audit(AS_OF, USE, registers={"analytics_settings": rows})
    assert [(line["verdict"], line["field"], line["severity"]) for line in done.of("RET-CFG-GA")] == [
        ("UNDETERMINED", "user_months", "high"),
        ("FAIL", "event_months", "medium"),
        ("FAIL", "is_reset_on_activity", "medium"),
    ]
    assert "RET-CFG-GA" in " ".join(audit(AS_OF, USE).not_tested())


def test_nor_is_activity_left_over_where_nobody_can_tell_when_the_person_last_answered(audit):
    """RET-MKT-12 can't be judged of such a member either: their list has no activity."""
    member = plain("mail_member", "list_id | email | status | opted_in_at\nn | b@x.nl | subscribed | 2020-01-01", extracted_at=MADE)
    click = plain("mail_activity", "list_id | email | kind | happened_at\nm | b@x.nl | click | 2025-01-21", extracted_at=MADE)
    done = audit("2026-11-22", member, click)
    assert [(each["verdict"], each["reason"]) for each in done.of("RET-MKT-12")] == [("UNDETERMINED", "activity not covered")]
    assert [(each["verdict"], each["reason"]) for each in done.of(RESIDUE)] == [("UNDETERMINED", "activity not covered")]
