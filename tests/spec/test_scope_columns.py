"""Columns that no contract names: what they hold is decided by name and values, and the values are never told (C-00-6, C-23-3, C-24-3)."""

import json

import pytest

from spec.given import Export, csv_bytes, drawn, plain, sources, table, verbatim

AS_OF, MADE = "2026-11-22", "2026-11-22T23:00:00+01:00"
BCRYPT = "$2b$12$" + "Abcdefghijklmnopqrstu" + "v" * 32
ARGON2 = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo"
MD5, SHA256 = "5f4dcc3b5aa765d61d8327deb882cf99", "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJLLTEwMSJ9.dGhlLXNpZ25hdHVyZQ"
BSNS = (
    "123456782",
    "111222333",
    "100000009",
    "100000010",
    "100000022",
    "100000034",
    "100000046",
    "100000058",
    "100000071",
    "100000083",
    "100000095",
    "100000101",
)  # made up, and right by the eleven-test


def accounts(column: str, *values: str) -> Export:
    """Accounts with one more column."""
    rows = [
        {
            "account_id": f"A-{number}",
            "created_at": "2026-01-05T10:00:00+01:00",
            "last_login_at": "2026-10-05T10:00:00+01:00",
            column: value,
        }
        for number, value in enumerate(values, start=1)
    ]
    return Export("plain.account", {"export.csv": csv_bytes(rows)}, {"extracted_at": MADE, "timezone": "Europe/Amsterdam"}, rows)


def many(columns: dict[str, tuple[tuple[str, ...], list]]) -> Export:
    """Accounts with many more columns; the shorter ones are filled up with nothing."""
    longest = max(len(values) for values, _ in columns.values())
    rows = [
        {
            "account_id": f"A-{number}",
            "created_at": "2026-01-05T10:00:00+01:00",
            "last_login_at": "2026-10-05T10:00:00+01:00",
            **{column: values[number] if number < len(values) else "" for column, (values, _) in columns.items()},
        }
        for number in range(longest)
    ]
    return Export("plain.account", {"export.csv": csv_bytes(rows)}, {"extracted_at": MADE, "timezone": "Europe/Amsterdam"}, rows)


def found(done, column: str) -> list[tuple[str, str, str]]:
    return [(line["code"], line["verdict"], line["severity"]) for line in done.findings if line["field"] == column]


def test_j01_a_readable_password_is_critical_and_its_value_is_never_told(audit):
    done = audit(AS_OF, accounts("password", "Welkom01"))
    line = done.only("SCP-SECRET-PLAIN")
    assert (line["verdict"], line["severity"], line["source"], line["entity"], line["field"]) == (
        "FAIL", "critical", "account", "account", "password",
    )  # fmt: skip
    assert (line["clause"], line["records"], line["ranges"]) == ("C-24-3", 1, None)
    told = json.dumps([done.lines, done.summary, done.stdout, done.stderr], default=str)
    assert "Welkom01" not in told


PLAIN, HASH = [("SCP-SECRET-PLAIN", "FAIL", "critical")], [("SCP-SECRET-HASH", "FAIL", "high")]
SECRETS = {
    "password": (("Welkom01", "zomer2024"), PLAIN),
    "Wachtwoord": (("hunter2",), PLAIN),
    "user_pwd": (("1234",), PLAIN),
    "clientSecret": (("geheim123",), PLAIN),
    "wachtwoord_nieuw": ((BCRYPT, BCRYPT[:-1] + "w"), HASH),
    "user_pass": ((ARGON2,), HASH),
    "passwd": ((MD5,), HASH),
    "hashedpassword": ((SHA256,), HASH),
    "salt": (("b6f0479ae87d244975439c6124592772",), HASH),
    "api_key": (("sk_live_abcdefghijklmnop1234",), HASH),
    "refreshToken": ((JWT,), HASH),
    "totp_secret": (("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",), HASH),
    "opaque": ((BCRYPT,), HASH),  # the form says it, whatever the column is called
    "hash": ((MD5, SHA256[:32]), HASH),  # among accounts
    "password_portal": ((BCRYPT, "Welkom01"), PLAIN),  # one of them is enough
    "password_changed_at": (("2026-01-01", "2026-02-03"), []),
    "has_password": (("true", "false"), []),
    "token_count": (("12", "7"), []),
    "compass": (("noord", "zuid"), []),
}


@pytest.fixture(scope="module")
def secrets(auditor):
    return auditor(AS_OF, many(SECRETS))


@pytest.mark.parametrize("column", SECRETS)
def test_secrets_by_name_and_form(secrets, column):
    expected = SECRETS[column][1]
    assert found(secrets, column) == expected


def test_an_empty_or_masked_secret_column_is_no_finding_and_no_pass(audit):
    columns = {"password": ("", ""), "api_token": ("********", "-")}
    done = audit(AS_OF, *sources({column: accounts(column, *values) for column, values in columns.items()}))
    assert done.findings == []
    for column in columns:
        assert [reason for reason in done.not_tested(column) if column in reason and "holds no value" in reason], column


def test_hashes_of_campaigns_are_no_secrets(audit):
    rows = (
        "campaign_id | title | sent_at | hash\nc1 | Mei | 2026-05-01T10:00:00Z | 9d07e1a2c4\nc2 | Juni | 2026-06-01T10:00:00Z | 4f1c2b9a07"
    )
    done = audit(AS_OF, plain("mail_campaign", rows, extracted_at=MADE))
    assert done.of("SCP-SECRET-HASH", "SCP-SECRET-PLAIN", "SCP-COLUMN") == []


def test_digests_that_may_be_anything_are_undetermined(audit):
    rows = f"campaign_id | title | sent_at | hash\nc1 | Mei | 2026-05-01T10:00:00Z | {MD5}"
    done = audit(AS_OF, plain("mail_campaign", rows, extracted_at=MADE))
    assert found(done, "hash") == [("SCP-COLUMN", "UNDETERMINED", "medium")]


SPECIAL = [("SCP-SPECIAL", "FAIL", "critical")]
SENSITIVE = {
    "BSN": (BSNS[:1], SPECIAL),
    "burgerservicenummer": (BSNS[:3], SPECIAL),
    "klantcode": (BSNS, SPECIAL),  # twelve of twelve pass the eleven-test: that is no chance
    "Geloof": (("katholiek", "geen"), SPECIAL),
    "is_ziek": (("ja", "nee"), SPECIAL),
    "vakbondslid": (("FNV",), SPECIAL),
    "tradeUnion": (("yes",), SPECIAL),
    "seksuele_geaardheid": (("x1",), SPECIAL),
    "Strafblad": (("nee",), SPECIAL),
    "vingerafdruk": (("a8f0",), SPECIAL),
    "ethnicity": (("other",), SPECIAL),
    "battery_health": (("good", "bad"), []),
    "hondenras": (("teckel", "poedel"), []),
    "terras": (("ja", "nee"), []),
    "Bestelnummer": (BSNS[:2], []),
    "klantnr": ((*BSNS[:2], *(str(200000000 + 7 * number) for number in range(12))), []),
}


@pytest.fixture(scope="module")
def sensitive(auditor):
    return auditor(AS_OF, many(SENSITIVE))


@pytest.mark.parametrize("column", SENSITIVE)
def test_service_numbers_and_special_categories(sensitive, column):
    expected = SENSITIVE[column][1]
    lines = [line for line in found(sensitive, column) if line[0] == "SCP-SPECIAL"]
    assert lines == expected


def test_order_numbers_alone_never_prove_a_service_number(audit):
    """A shop may give its numbers a check digit of its own: even if all pass, it can't be decided."""
    done = audit(AS_OF, accounts("ordernummer", *BSNS))
    assert found(done, "ordernummer") == [("SCP-SPECIAL", "UNDETERMINED", "medium")]


COLUMN = [("SCP-COLUMN", "FAIL", "medium")]
PERSONAL = {
    "Geboortedatum": (("12-05-1980",), COLUMN),
    "privé mail": (("jan@example.com",), COLUMN),
    "veld 7": (("piet@voorbeeld.nl", "onbekend"), COLUMN),
    "IBAN": (("NL91ABNA0417164300",), COLUMN),
    "veld 8": (("NL91 ABNA 0417 1643 00",), COLUMN),
    "noodnummer": (("06-12345678",), COLUMN),
    "veld 9": (("+31 6 12345678",), COLUMN),
    "rijbewijs": (("5123456789",), COLUMN),
    "opmerkingen": (("belt liever in de ochtend terug",), COLUMN),
    "contactpersoon": (("Sanne de Vries", "Bram Visser"), COLUMN),
    "naam": (("Sanne de Vries", "Bram Visser", "Jan Bos"), COLUMN),
    "imei": (("356938035643809",), COLUMN),
    "klant naam": (("Bakkerij Jansen BV", "De Boer Transport", "Visser Koeriers"), []),
    "template_email": (("welkom", "herinnering"), []),
    "abonnement": (("basis", "plus"), []),
    "aantal": (("12", "3"), []),
    "mailbox": (("info@voorbeeld.nl", "sales@voorbeeld.nl"), []),
    "telefoon_type": (("vast", "mobiel"), []),
}


@pytest.fixture(scope="module")
def personal(auditor):
    return auditor(AS_OF, many(PERSONAL))


@pytest.mark.parametrize("column", PERSONAL)
def test_personal_columns_by_name_and_values(personal, column):
    expected = PERSONAL[column][1]
    assert found(personal, column) == expected


def test_a_name_alone_is_an_assumption_and_agreeing_values_are_certain(audit):
    done = audit(AS_OF, many({"rijbewijs": (("5123456789",), COLUMN), "geboortedatum": (("12-05-1980",), COLUMN)}))
    assert {line["field"]: line["confidence"] for line in done.of("SCP-COLUMN")} == {"rijbewijs": "assumed", "geboortedatum": "certain"}


def test_texts_that_may_say_anything_are_undetermined(audit):
    done = audit(
        AS_OF, accounts("veld 10", "wil graag een offerte ontvangen", "komt volgende week langs hier", "heeft nog geen tracker besteld")
    )
    assert found(done, "veld 10") == [("SCP-COLUMN", "UNDETERMINED", "medium")]


def test_one_line_a_column_however_many_files_hold_it(audit):
    both = accounts("geboortedatum", "12-05-1980")
    export = Export(both.contract, {"a.csv": both.files["export.csv"], "b.csv": both.files["export.csv"]}, both.binding)
    line = audit(AS_OF, export).only("SCP-COLUMN")
    assert (line["field"], line["file"], line["records"]) == ("geboortedatum", None, 2)


def test_what_is_nested_is_found_by_its_leaves(audit):
    line = {
        "happened_at": "2026-10-01T10:00:00Z",
        "kind": "page",
        "klant": {"contact": [{"adres": "jan@example.com"}]},
        "wachtwoord": "Welkom01",
    }
    done = audit(AS_OF, verbatim("plain.service_event", "events.ndjson", json.dumps(line) + "\n", extracted_at=MADE))
    assert found(done, "klant.contact.adres") == COLUMN
    assert found(done, "wachtwoord") == PLAIN


CONTACTS = """
    contact_id | created_at | birth_date | gender
    C-1        | 2026-01-01 | 1980-05-12 |
    C-2        | 2026-01-01 |            |
"""


def test_fields_of_contacts_that_the_policy_does_not_declare(audit):
    done = audit(AS_OF, plain("contact", CONTACTS,
                              extracted_at=MADE, timezone="Europe/Amsterdam"))  # fmt: skip
    assert [(line["field"], line["records"], line["clause"]) for line in done.of("SCP-COLUMN")] == [("birth_date", 1, "C-23-3")]


def test_processor_data_is_out_of_scope_but_its_secrets_are_not(audit):
    rows = "device_id | contract_ended_on | geboortedatum | password\nD-1 | 2026-11-01 | 12-05-1980 | Welkom01"
    done = audit(AS_OF, plain("device", rows, extracted_at=MADE, role="processor", timezone="Europe/Amsterdam"))
    assert (done.of("SCP-COLUMN"), len(done.of("SCP-SECRET-PLAIN"))) == ([], 1)
    assert done.counts("SCP-COLUMN")["out_of_scope"] == 1


MEMBER = "list_id | email | status | opted_in_at | {} \nnieuws | p1@example.com | unsubscribed | 2026-01-01 | {}"


PLACES = (
    ("Postcode", "3511 AB", "SCP-GEO-FINE"),
    ("ZIP Code", "90210", "SCP-COLUMN"),
    ("gps", "52.09171, 5.12283", "SCP-GEO-FINE"),
    ("gps", "52.1, 5.1", None),
    ("Plaats", "Utrecht", None),
)


@pytest.fixture(scope="module")
def places(auditor):
    """A list with each of these columns, in a source of its own."""
    lists = {value: plain("mail_member", MEMBER.format(column, value), extracted_at=MADE) for column, value, _ in PLACES}
    return auditor(AS_OF, *sources(lists))


@pytest.mark.parametrize(("column", "value", "code"), PLACES)
def test_places_in_mailing_lists(places, column, value, code):
    lines = [line for line in places.findings if line["source"] == value and line["field"] == column]
    assert [line["code"] for line in lines] == ([code] if code else [])


def test_scp_geo_fine_of_coordinates_that_a_contract_names(audit):
    rows = drawn(
        """
        Email Address  | OPTIN_TIME          | CONFIRM_TIME        | LATITUDE | LONGITUDE | LEID
        p1@example.com | 2026-01-01 10:00:00 | 2026-01-01 10:01:00 | 52.1     | 5.12      | 1
        p2@example.com | 2026-01-01 10:00:00 | 2026-01-01 10:01:00 | 52.0917  | 5.1       | 2
        p3@example.com | 2026-01-01 10:00:00 | 2026-01-01 10:01:00 |          |           | 3
        """
    )
    export = Export(
        "mailchimp.audience", {"subscribed_members_export_4f1c2b9a07.csv": csv_bytes(rows)}, {"extracted_at": MADE, "timezone": "UTC"}
    )
    done = audit(AS_OF, export)
    line = done.only("SCP-GEO-FINE")
    assert (line["verdict"], line["severity"], line["clause"], line["ranges"]) == ("FAIL", "medium", "C-21-4", [{"first": 2, "last": 2}])
    assert done.counts("SCP-GEO-FINE") == {"failed": 1, "passed": 2}


COOKIE = "cookie_name | domain | client_id | set_at | {}\n_ga | x.nl | app-1 | 2026-02-02 | {}"


TIES = {
    "old_client_id": ("GA1.1.1.1690000000", True),
    "browserFingerprint": ("a8f07e", True),
    "ip_hash": (MD5, True),
    "oude_client_id": ("app-0", True),
    "ssh_key_fingerprint": ("SHA256:abc", False),
    "partner": ("x", False),
}


@pytest.fixture(scope="module")
def ties(auditor):
    """A cookie with each of these columns, in a source of its own."""
    cookies = {
        column: plain("cookie", COOKIE.format(column, value), extracted_at=MADE, timezone="Europe/Amsterdam")
        for column, (value, _) in TIES.items()
    }
    return auditor(AS_OF, *sources(cookies))


@pytest.mark.parametrize("column", TIES)
def test_scp_relink_of_columns_that_tie_new_ids_to_old_ones(ties, column):
    found = [line["severity"] for line in ties.of("SCP-RELINK") if line["source"] == column]
    assert found == (["medium"] if TIES[column][1] else [])


def test_a_mapping_of_old_ids_to_new_ones(audit):
    done = audit(AS_OF, table("plain.analytics_user", "client_id | previous_client_id | last_active_at\napp-2 | app-1 | 2026-10-01",
                              extracted_at=MADE, timezone="Europe/Amsterdam"))  # fmt: skip
    assert done.only("SCP-RELINK")["field"] == "previous_client_id"


def test_the_order_of_rows_plays_no_part(audit):
    values = [f"{number}@x" for number in range(40)] + ["jan@example.com"]
    done = audit(AS_OF, *sources({"one": accounts("veld", *values), "other": accounts("veld", *values[::-1])}))
    assert [(line["source"], line["code"], line["verdict"], line["severity"]) for line in done.findings if line["field"] == "veld"] == [
        (source, *COLUMN[0]) for source in ("one", "other")
    ]


def test_a_column_counts_for_the_clauses_that_are_about_its_kind_of_data(audit):
    """Every kind has to do with C-00-6; analytics have a list of their own (C-21-2), as contacts (C-23-3) and shipments (C-33-2) have."""
    orders = plain(
        "order", "order_id | ordered_at | email | Geboortedatum\nO-1 | 2026-11-01 | jan@example.com | 1980-02-03", file="orders.csv"
    )
    events = plain("analytics_event", "event_at | client_id\n2026-11-01T10:00:00Z | 1.2", file="events.csv")
    done = audit(AS_OF, orders, events)
    lines = [item for item in done.summary["obligations"] if item["code"] == "SCP-COLUMN"]
    assert {(item["clause"], item["source"], item["failed"], item["not_tested_reason"]) for item in lines} == {
        ("C-00-6", "plain.order", 1, None),
        ("C-23-3", "plain.order", 1, None),
        ("C-00-6", "plain.analytics_event", 0, None),
        ("C-21-2", "plain.analytics_event", 0, None),
        ("C-33-2", None, 0, "no export holds the kind of data that the clause is about"),
    }
    assert "SCP-COLUMN" in done.not_tested(None)
    assert "kind of data that the clause is about" not in done.stdout  # which tells the checks that looked at nothing


@pytest.mark.parametrize(("code", "value"), [("SCP-SECRET-PLAIN", "geheim123"), ("SCP-SECRET-HASH", BCRYPT)])
def test_a_check_of_columns_can_be_asked_alone(audit, code, value):
    found = audit(AS_OF, accounts("password", value), arguments=("--checks", code))
    assert [finding["code"] for finding in found.findings] == [code]
