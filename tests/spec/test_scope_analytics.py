"""Identifiers, addresses and places that analytics may not hold (C-21-2 to C-21-4, C-31-2), in event and user exports."""

import json

import pytest

from spec.given import Export, csv_bytes, ga4_parquet, plain, sources, verbatim
from spec.outcome import rows_of

AS_OF, MADE = "2026-11-22", "2026-11-22T23:00:00+01:00"


def events(*cells: tuple[str, str]) -> Export:
    """Events with one column each that is filled, of 1 October 2026."""
    columns = {"event_at", "event_name", *(column for column, _ in cells)}
    rows = [
        {**dict.fromkeys(sorted(columns), ""), "event_at": f"2026-10-01T10:{minute:02}:00+02:00", "event_name": "page_view", column: value}
        for minute, (column, value) in enumerate(cells)
    ]
    return Export("plain.analytics_event", {"export.csv": csv_bytes(rows)}, {"extracted_at": MADE, "timezone": "Europe/Amsterdam"}, rows)


def told(done, code: str) -> dict[int, tuple[str, str | None]]:
    """Field and reason by row."""
    return {row: (line["field"], line["reason"]) for line in done.of(code) for row in rows_of(line)}


def test_j05_an_address_in_a_page_is_decoded_first(audit):
    done = audit(
        AS_OF, events(("page_url", "https://www.voorbeeld.nl/bedankt?email=jan%40example.com"), ("page_url", "https://www.voorbeeld.nl/"))
    )
    line = done.only("SCP-PII-ANALYTICS")
    assert (line["verdict"], line["severity"], line["clause"], line["field"]) == ("FAIL", "high", "C-21-3", "page_url")
    assert (line["overdue_month"], line["records"], line["ranges"]) == ("2026-10", 1, [{"first": 1, "last": 1}])
    assert done.counts("SCP-PII-ANALYTICS") == {"failed": 1, "passed": 1}
    assert "jan" not in str(done.lines) + done.stdout


MAIL, PHONE, TOOL, NAME = "e-mail address", "telephone number", "id of a mail tool", "name"
SITE = "https://www.voorbeeld.nl"
PAGES = {
    f"{SITE}/bedankt?email=jan@example.com": MAIL,
    f"{SITE}/bedankt?email=jan%2540example.com": MAIL,
    f"{SITE}/bedankt?email=jan%252540example.com": MAIL,
    f"{SITE}/login?next=%2Fbedankt%3Femail%3Djan%2540example.com": MAIL,
    f"{SITE}/#/profiel?user=jan@example.com": MAIL,
    f"{SITE}/uitschrijven/jan.jansen+nieuws@example.com": MAIL,
    f"{SITE}/?q=%ff&email=jan%40example.com": MAIL,  # not UTF-8: decoded all the same
    f"{SITE}/?email=5f4dcc3b5aa765d61d8327deb882cf99": "hashed e-mail address",
    f"{SITE}/?phone=0612345678": PHONE,
    f"{SITE}/?telefoon=%2B31%206%2012345678": PHONE,
    f"{SITE}/bel/06-12345678": PHONE,
    f"{SITE}/?mc_cid=9d07e1a2c4&mc_eid=1a2b3c4d5e": TOOL,
    f"{SITE}/?_kx=abcDEF123.XyZ": TOOL,
    f"{SITE}/?_hsenc=p2ANqtz-abc&x=1": TOOL,
    f"{SITE}/?mkt_tok=abcd1234": TOOL,
    f"{SITE}/?vgo_ee=abcd%2F1234": TOOL,
    f"{SITE}/?ck_subscriber_id=123456": TOOL,
    f"{SITE}/?ml_subscriber=123456789": TOOL,
    f"{SITE}/?_hsmi=123456789": TOOL,
    f"{SITE}/?naam=Jan+Jansen": NAME,
    f"{SITE}/?voornaam=Jan&achternaam=Jansen": NAME,
    f"{SITE}/aanvraag?bsn=111222333": "citizen service number",
    f"{SITE}/?iban=NL91%20ABNA%200417%201643%2000": "bank account number",
    f"{SITE}/login?wachtwoord=Welkom01": "password",
    f"{SITE}/?bsn=1": None,
    f"{SITE}/?iban=ja": None,
    f"{SITE}/login?password=********": None,
    f"{SITE}/login?password=reset": None,
    f"{SITE}/?naam=Bakkerij+Jansen+BV": None,
    f"{SITE}/?name=tracker": None,
    f"{SITE}/?mc_eid=%5BUNIQID%5D": None,
    f"{SITE}/?mc_eid=*%7CUNIQID%7C*": None,
    f"{SITE}/?email=": None,
    f"{SITE}/?email=(redacted)": None,
    f"{SITE}/logo@2x.png": None,
    f"{SITE}/@voorbeeld": None,
    f"{SITE}/contact?mail=info%40voorbeeld.nl": None,
    f"{SITE}/bestelling/NL-20101?order=100000009": None,
    f"{SITE}/?gclid=Cj0KCQiA06abc0612&session=1203344556.1700000000": None,
    f"{SITE}/trackers?utm_campaign=e-mail&utm_name=mei": None,
    "tel:+31201234567": None,
}


@pytest.fixture(scope="module")
def pages(auditor):
    return told(auditor(AS_OF, events(*(("page_url", page) for page in PAGES))), "SCP-PII-ANALYTICS")


@pytest.mark.parametrize("page", PAGES)
def test_what_stands_in_an_address(pages, page):
    expected = ("page_url", PAGES[page]) if PAGES[page] else None
    assert pages.get(list(PAGES).index(page) + 1) == expected


ELSEWHERE = (
    ("referrer_url", f"{SITE}/bedankt?email=jan%40example.com", MAIL),
    ("user_id", "jan@example.com", MAIL),
    ("user_id", "0612345678", PHONE),
    ("user_id", "K-00317", None),
    ("parameters", '[{"key":"customer_email","value":"jan@example.com"}]', MAIL),
    ("parameters", '[{"key":"form_text","value":"bel mij: jan%40example.com"}]', MAIL),
    ("parameters", '[{"key":"mc_eid","value":"1a2b3c4d5e"}]', TOOL),
    ("parameters", '[{"key":"voornaam","value":"Sanne"}]', NAME),
    ("parameters", '[{"key":"page_title","value":"Kom langs @ Utrecht | Voorbeeld"}]', None),
    ("parameters", '[{"key":"item_name","value":"Tracker GT-06"}]', None),
    ("parameters", '[{"key":"link_url","value":"tel:+31612345678"}]', None),
    ("parameters", '[{"key":"link_url","value":"mailto:info@voorbeeld.nl"}]', None),
    ("parameters", '[{"key":"value","value":"612345678.5"}]', None),
)


@pytest.fixture(scope="module")
def elsewhere(auditor):
    return told(auditor(AS_OF, events(*((column, value) for column, value, _ in ELSEWHERE))), "SCP-PII-ANALYTICS")


@pytest.mark.parametrize("place", range(len(ELSEWHERE)), ids=[f"{column} {value}" for column, value, _ in ELSEWHERE])
def test_what_stands_elsewhere(elsewhere, place):
    column, _, expected = ELSEWHERE[place]
    assert elsewhere.get(place + 1) == ((column, expected) if expected else None)


GA4_EVENT = {
    "event_timestamp": "1769899500123456",
    "event_name": "page_view",
    "user_pseudo_id": "1203344556.1700000000",
    "event_params": [],
}
SESSION = {"visitId": "1751356800", "visitStartTime": "1751356800", "fullVisitorId": "0049931492751930000"}
FIRST_HIT = {"hitNumber": "1", "page": {"pagePath": "/webshop"}}
ADDRESS = "jan@example.com"
# Beside the page and the event's own parameters: whatever else an event or a session of Google Analytics may say.
SAID_BESIDE = (
    ("ga4.events", GA4_EVENT, None),
    ("ga4.events", {**GA4_EVENT, "user_properties": [{"key": "klant", "value": {"string_value": ADDRESS}}]}, MAIL),
    ("ua.sessions", {**SESSION, "hits": [FIRST_HIT, {"hitNumber": "2", "page": {"pagePath": "/over-ons"}}]}, None),
    ("ua.sessions", {**SESSION, "hits": [FIRST_HIT, {"hitNumber": "2", "page": {"pagePath": "/bedankt?email=jan%40example.com"}}]}, MAIL),
    ("ua.sessions", {**SESSION, "hits": [{**FIRST_HIT, "customDimensions": [{"index": "3", "value": ADDRESS}]}]}, MAIL),
    ("ua.sessions", {**SESSION, "hits": [{**FIRST_HIT, "eventInfo": {"eventLabel": ADDRESS}}]}, MAIL),
)


def test_what_visitors_and_later_hits_say(audit):
    exports = [
        verbatim(contract, "export.json", json.dumps(line) + "\n", name=f"said-{number}")
        for number, (contract, line, _) in enumerate(SAID_BESIDE)
    ]
    done = audit(AS_OF, *exports)
    got = {line["source"]: (line["field"], line["reason"]) for line in done.of("SCP-PII-ANALYTICS")}
    assert got == {f"said-{number}": ("parameters", kind) for number, (*_, kind) in enumerate(SAID_BESIDE) if kind}


def test_one_line_a_kind_and_month_with_exact_rows(audit):
    leak, clean = ("page_url", f"{SITE}/?email=jan%40example.com"), ("page_url", SITE)
    export = events(leak, clean, leak, leak, ("page_url", f"{SITE}/?mc_eid=1a2b3c4d5e"))
    audit(AS_OF, export).shows(
        """
        code              | reason            | overdue_month | records | rows
        SCP-PII-ANALYTICS | e-mail address    | 2026-10       | 3       | 1 3-4
        SCP-PII-ANALYTICS | id of a mail tool | 2026-10       | 1       | 5
        """
    )


def test_users_have_them_in_ids_and_properties(audit):
    rows = """
        user_id         | last_active_at | properties
        K-1             | 2026-10-01     |
        jan@example.com | 2026-10-01     |
        K-3             | 2026-10-01     | '[{"key":"customer_email","value":"jan%40example.com"}]'
    """
    done = audit(AS_OF, plain("analytics_user", rows, extracted_at=MADE, timezone="Europe/Amsterdam"))
    assert sorted((line["field"], line["ranges"][0]["first"]) for line in done.of("SCP-PII-ANALYTICS")) == [
        ("properties", 3),
        ("user_id", 2),
    ]
    assert done.counts("SCP-PII-ANALYTICS") == {"failed": 2, "passed": 1}


def test_without_a_place_to_look_it_is_not_tested(audit):
    export = events(("event_name", "scroll"))
    assert any("page_url or referrer_url" in reason for reason in audit(AS_OF, export).not_tested("analytics_event"))


def test_parquet_in_place_is_read_the_same_way(audit):
    done = audit(AS_OF, ga4_parquet(
        """
        event_timestamp  | event_name | user_pseudo_id
        1790000000000000 | page_view  | app-1
        """, extracted_at=MADE))  # fmt: skip
    assert done.of("SCP-PII-ANALYTICS") == []
    assert done.counts("SCP-PII-ANALYTICS") == {"passed": 1}


FULL = ("203.0.113.7", "2001:db8:85a3:8d3:1319:8a2e:370:7348", "2001:db8::1", "::ffff:203.0.113.7")
CUT = ("203.0.113.0", "203.0.113.0/24", "2001:db8:85a3::", "2001:db8:85a3:8d3::", "2001:db8:85a3:8d3:0:0:0:0", "2001:db8:85a3:8d3::/64",
       "0.0.0.0", "::1", "127.0.0.1", "1.2.3", "130.0.6723.58", "10:30:00")  # fmt: skip


def test_scp_ip_full(audit):
    done = audit(AS_OF, events(*(("ip", address) for address in (*FULL, *CUT))))
    line = done.only("SCP-IP-FULL")
    assert (line["severity"], line["clause"], line["field"], rows_of(line)) == ("medium", "C-21-2", "ip", [1, 2, 3, 4])
    assert done.counts("SCP-IP-FULL") == {"failed": len(FULL), "passed": len(CUT)}


SAID = {
    "SCP-IP-FULL": (
        ("parameters", '[{"key":"client_ip","value":"203.0.113.7"}]', "parameters"),
        ("parameters", '[{"key":"client_ip","value":"203.0.113.0"}]', None),
        ("parameters", '[{"key":"app_version","value":"203.0.113.7"}]', None),
        ("page_url", f"{SITE}/?ip=203.0.113.7", "page_url"),
        ("remote_address", "203.0.113.7", "remote_address"),
        ("remote_address", "203.0.113.0", None),
    ),
    "SCP-GEO-FINE": (
        ("latitude", "52.091", "latitude"),
        ("longitude", "5.12283", "latitude"),
        ("latitude", "52.09", None),
        ("latitude", "-52.1", None),
        ("page_url", f"{SITE}/winkels?lat=52.0917&lng=5.1228", "page_url"),
        ("page_url", f"{SITE}/winkels?lat=52.1&lng=5.1", None),
        ("page_url", f"{SITE}/winkels?postcode=3511AB", "page_url"),
        ("page_url", f"{SITE}/winkels?postcode=3511", None),
    ),
    "SCP-RELINK": tuple(
        ("parameters", f'[{{"key":"{key}","value":"a8f07e1c"}}]', "parameters" if is_found else None)
        for key, is_found in (
            ("fingerprint", True), ("old_client_id", True), ("previous_user_pseudo_id", True), ("client_id", False), ("fp", False),
        )
    ),
}  # fmt: skip
CLAUSES = {"SCP-IP-FULL": "C-21-2", "SCP-GEO-FINE": "C-21-4"}


@pytest.fixture(scope="module")
def said(auditor):
    """An event with each of these, in a source of its own."""
    cells = {f"{code} {number}": events((column, value)) for code, cases in SAID.items() for number, (column, value, _) in enumerate(cases)}
    return auditor(AS_OF, *sources(cells))


@pytest.mark.parametrize(
    ("code", "number"),
    [(code, number) for code, cases in SAID.items() for number in range(len(cases))],
    ids=[f"{code} {column} {value}" for code, cases in SAID.items() for column, value, _ in cases],
)
def test_full_addresses_fine_places_and_old_ids_wherever_an_event_has_them(said, code, number):
    field = SAID[code][number][2]
    lines = [line for line in said.of(code) if line["source"] == f"{code} {number}"]
    assert [(line["severity"], line["field"]) for line in lines] == ([("medium", field)] if field else [])
    assert {line["clause"] for line in lines} <= {CLAUSES.get(code, line["clause"]) for line in lines}


REPORT = """# ----------------------------------------
# Voorbeeld
# Start date: 20260901
# End date: 20260930
# ----------------------------------------

City,Sessions
Utrecht,14
Doodstil,{count}
"""
CELLS = {"1": True, "9": True, "10": False, "0": False, "1.204": False}


@pytest.fixture(scope="module")
def cells(auditor):
    """A report with each of these counts, in a source of its own."""
    reports = {count: verbatim("ga.ui_report", "report.csv", REPORT.format(count=count), extracted_at=MADE) for count in CELLS}
    return auditor(AS_OF, *sources(reports))


@pytest.mark.parametrize("count", CELLS)
def test_a22_and_a23_cells_of_a_report_below_k(cells, count):
    found = [line for line in cells.of("SCP-SMALL-CELL") if line["source"] == count]
    lines = [(line["severity"], line["verdict"], line["ranges"], line["overdue_month"]) for line in found]
    assert lines == ([("low", "FAIL", [{"first": 2, "last": 2}], "2026-09")] if CELLS[count] else [])


def test_aggregate_k_is_a_knob(audit):
    report = verbatim("ga.ui_report", "report.csv", REPORT.format(count="9"), extracted_at=MADE)
    assert audit(AS_OF, report, knobs={"aggregate.k": "5"}).of("SCP-SMALL-CELL") == []


def test_events_are_no_cells(audit):
    assert audit(AS_OF, events(("page_url", SITE))).counts("SCP-SMALL-CELL") == {"out_of_scope": 1}
