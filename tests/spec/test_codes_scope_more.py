"""Codes of scope, quality and policy: a clean example has none, one break gives that code; cases A13, G14, J07, J09, J10 and J12."""

from dataclasses import replace

import pytest

from spec.conftest import SETTLED
from spec.given import Export, ga4_parquet, plain, verbatim
from spec.outcome import rows_of, shown

AS_OF, MADE = "2026-11-22", "2026-11-22T23:00:00+01:00"
HERE = {"extracted_at": MADE, "timezone": "Europe/Amsterdam"}
CLEAN = {
    "analytics_event": "event_at | event_date | event_name | client_id\n2026-06-01T10:00:00+02:00 | 2026-06-01 | page_view | app-1",
    "analytics_user": "client_id | first_touch_at | last_active_at | properties\napp-1 | 2026-01-01 | 2026-06-01 | ",
    "account": "account_id | email | created_at | closed_at\nA-1 | anna@example.com | 2026-01-01 | ",
    "contact": "contact_id | created_at | signup_source | email | tags\nC-1 | 2026-06-01 | newsletter | anna@example.com | dealer",
    "device": "device_id | serial | contract_ended_on\nD-1 | 350000000000001 | ",
    "invoice": "invoice_number | customer_id | invoice_date\nF-1 | K-1 | 2026-01-01",
    "mail_member": "email | status | opted_in_at | unsubscribed_at | tags\na@example.com | pending | 2026-11-20 | | dealer",
    "mail_send": "campaign_id | email | sent_at | delivered_at\nc1 | a@example.com | 2026-06-01T10:00:00Z | 2026-06-01T10:00:01Z",
    "message": "message_id | channel | created_at | closed_at\nM-1 | mail | 2026-06-01 | 2026-06-02",
    "service_event": "happened_at | account_id | kind\n2026-06-01T10:00:00+02:00 | A-1 | login",
    "shipment": "shipment_id | carrier | shipped_at | delivered_at\nS-1 | Voorbeeld Koeriers | 2026-06-01 | 2026-06-02",
}


def given(entity: str, change: tuple[str, str] | None = None, **binding: str) -> Export:
    """The clean export of an entity, with one text in it replaced by another."""
    text = CLEAN[entity]
    if change is not None:
        assert change[0] in text
        text = text.replace(*change)
    return plain(entity, text, **(HERE | ({"role": "processor"} if entity == "device" else {}) | binding))


def told(done, code: str) -> list[tuple[str, ...]]:
    """What the lines of a code say."""
    names = ("source", "entity", "field", "verdict", "severity", "records")
    return [tuple(shown(line, name) for name in names) for line in done.of(code)]


MINE = (
    "SCP-PURPOSE SCP-SOURCE SCP-ROLE SCP-RECIPIENT SCP-TRANSFER SCP-PROCESSOR-MIX SCP-ART22 DQ-EMAIL-INVALID DQ-ID-NULL DQ-ROW-DUP "
    "DQ-TS-CONFLICT DQ-TS-ORDER DQ-TS-SKEW DQ-TS-NONEXISTENT POL-CONTACT POL-NAMES POL-VERSION-META POL-CHANGE-NOTICE"
).split()
HEAD = "transfer_id | recipient | country | instrument | valid_from | valid_to | sources"
TRANSFERS = (
    "transfer_id | recipient | country | instrument | valid_from | valid_to | sources\nT-1 | mail system | US | dpf | 2023-07-10 | | "
)
DISCLOSURES = (
    "disclosure_id | recipient | recipient_kind | disclosed_on | order_id | fields\nD-1 | Teltonika | partner | 2026-06-01 | O-1 | name"
)


def test_a_clean_company_has_none_of_them(audit):
    registers = {"transfers": TRANSFERS, "disclosures": DISCLOSURES, "notices": "notice_id | kind | sent_on\nN-1 | article_19 | 2026-01-01"}
    done = audit(AS_OF, *map(given, CLEAN), registers=registers)
    assert {code: told(done, code) for code in MINE if done.of(code)} == {}
    for code in MINE:
        assert done.counts(code).get("passed") or code == "DQ-TS-NONEXISTENT", code


BREAKS = {
    "SCP-SOURCE": ("contact", ("newsletter", "import"), ("signup_source", "low")),
    "SCP-SOURCE a message": ("message", ("mail", "buurman"), ("channel", "low")),
    "SCP-RECIPIENT": ("shipment", ("Voorbeeld Koeriers", "Snel BV"), ("carrier", "medium")),
    "SCP-PROCESSOR-MIX": ("service_event", ("login", "position"), ("kind", "high")),
    "SCP-ART22": ("contact", ("dealer", "credit score D"), ("tags", "medium")),
    "SCP-ART22 a member": ("mail_member", ("dealer", "zwarte lijst"), ("tags", "medium")),
    "DQ-EMAIL-INVALID": ("account", ("anna@example.com", "anna@example"), ("email", "low")),
    "DQ-ID-NULL": ("invoice", ("F-1", ""), ("", "low")),
    "DQ-TS-CONFLICT": ("analytics_event", ("| 2026-06-01 |", "| 2026-06-04 |"), ("event_date", "low")),
    "DQ-TS-ORDER": ("shipment", ("2026-06-02", "2026-05-30"), ("delivered_at", "low")),
    "DQ-TS-ORDER an opt-out": (
        "mail_member", ("pending | 2026-11-20 | |", "unsubscribed | 2026-11-20 | 2026-11-01 |"), ("unsubscribed_at", "low"),
    ),
    "DQ-TS-SKEW": ("service_event", ("2026-06-01T10:00:00+02:00", "2026-11-23T09:00:00+01:00"), ("happened_at", "info")),
    "DQ-TS-SKEW an event": (
        "analytics_event",
        ("2026-06-01T10:00:00+02:00 | 2026-06-01", "2026-11-23T09:00:00+01:00 | 2026-11-23"),
        ("event_at", "info"),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def broken(auditor):
    """A company with a source for each of the breaks, which has that break and no other; a source is named by its number."""
    return auditor(AS_OF, *(replace(given(*BREAKS[name][:2]), name=f"s{number}") for number, name in enumerate(BREAKS, 1)))


@pytest.mark.parametrize("name", BREAKS)
def test_one_break_one_line(broken, name):
    entity, _, (field, severity) = BREAKS[name]
    source = f"s{list(BREAKS).index(name) + 1}"
    mine = [line for line in broken.of(*MINE) if line["source"] == source]
    assert [(line["code"], line["entity"], line["field"] or "", line["verdict"], line["severity"], line["records"]) for line in mine] == [
        (name.split()[0], entity, field, "FAIL", severity, 1)
    ]
    assert shown(mine[0], "rows") == "1"


def test_a_break_alone_is_all_that_is_found(audit, broken):
    entity, change, _ = BREAKS["SCP-RECIPIENT"]
    assert [line["code"] for line in audit(AS_OF, given(entity, change)).of(*MINE)] == ["SCP-RECIPIENT"]
    assert {line["source"] for line in broken.of(*MINE)} == {f"s{number}" for number in range(1, len(BREAKS) + 1)}


def test_scp_role_of_a_source_without_one(audit):
    done = audit(AS_OF, given("account", role=""))
    assert told(done, "SCP-ROLE") == [("account", "account", "", "FAIL", "medium", "1")]


@pytest.fixture(scope="module")
def bare(auditor):
    """A folder without settings."""
    return auditor(AS_OF, plain("account", CLEAN["account"]))


def test_scp_role_is_not_tested_in_a_bare_folder(bare):
    assert bare.of("SCP-ROLE", "POL-CONTACT", "POL-NAMES") == []
    assert any("names no role" in reason for reason in bare.not_tested("plain.account"))
    assert any("has no settings" in reason for reason in bare.not_tested("policy"))


def test_scp_purpose_of_a_use_that_no_clause_describes(audit):
    reasons = {"P-MARKETING": "described for other kinds of data only", "P-RESALE": "no clause describes it"}
    binding = '[[exports]]\nsource = "books"\ncontract = "plain.invoice"\npath = "invoice/**"\nrole = "controller"'
    binding += '\npurposes = ["P-MARKETING", "P-RESALE"]'
    done = audit(AS_OF, given("account"), replace(given("invoice"), name=None), settings=SETTLED.replace("[knobs]", binding + "\n[knobs]"))
    assert {line["field"]: (line["reason"], line["severity"], line["clause"]) for line in done.of("SCP-PURPOSE")} == {
        purpose: (reason, "high", "C-00-6") for purpose, reason in reasons.items()
    }
    assert len(done.of("SCP-PURPOSE")) == len(reasons)


SHOP = (
    "order_id,order_number,order_date,status,order_total,customer_id,billing_first_name,billing_email,shipping_first_name,shipping_address_1,shipping_postcode\n"
    "77,77,2026-07-01 00:30:00,completed,89.00,12,Jan,jan@example.com,Jan,Dorpsstraat 1,3511 AB\n"
)


@pytest.mark.parametrize(
    ("purposes", "found"),
    [
        (["P-CONTRACT", "P-DELIVERY"], []),
        (["P-CONTRACT"], [("shipment", "P-CONTRACT")]),
        (["P-DELIVERY"], [("order", "P-DELIVERY")]),
        (["P-CONTRACT", "P-DELIVERY", "P-SURVEY"], [("order", "P-SURVEY"), ("shipment", "P-SURVEY")]),
    ],
)
def test_an_export_of_two_kinds_of_data_needs_a_purpose_for_each(audit, purposes, found):
    binding = (
        f'[[exports]]\nsource = "shop"\ncontract = "woocommerce.orders"\npath = "orders/**"\nrole = "controller"\npurposes = {purposes}'
    )
    export = verbatim("woocommerce.orders", "orders.csv", SHOP)
    done = audit(AS_OF, given("account"), export, settings=SETTLED.replace("[knobs]", binding + "\n[knobs]"))
    assert [(line["entity"], line["field"]) for line in done.of("SCP-PURPOSE")] == found


def test_scp_purpose_is_not_tested_where_none_is_named(bare):
    assert "neither binding nor contract names its purposes" in bare.not_tested("plain.account")


def test_scp_processor_mix_both_ways(audit):
    roles = {"d1": ("device", "controller"), "i1": ("invoice", "processor"), "d2": ("device", "")}
    done = audit(AS_OF, *(replace(given(entity, role=role), name=name) for name, (entity, role) in roles.items()))
    assert sorted(told(done, "SCP-PROCESSOR-MIX")) == sorted((name, entity, "", "FAIL", "high", "1") for name, (entity, _) in roles.items())
    assert {line["source"]: line["confidence"] for line in done.of("SCP-PROCESSOR-MIX")} == {
        "d1": "certain", "i1": "certain", "d2": "assumed",
    }  # fmt: skip


DISCLOSED = {
    "Teltonika | partner | | | 2026-06-01 | | O-1": None,
    "teltonika | partner | | | 2026-06-01 | | O-1": None,
    "Onbekend BV | partner | | | 2026-06-01 | | O-1": ("FAIL", "recipient not declared"),
    "Teltonika | partner | | | | | O-1": ("FAIL", "no date"),
    " | partner | | | 2026-06-01 | | O-1": ("FAIL", "no recipient"),
    "Teltonika | partner | | | 2026-06-01 | | ": ("FAIL", "no order or contract"),
    "Teltonika | partner | | | 2026-06-01 | K-1 | ": ("UNDETERMINED", "orders and contracts not covered"),
    "Politie | authority | WvSv 126nd | OM | 2026-06-01 | K-1 | ": None,
    "Politie | authority | | OM | 2026-06-01 | K-1 | ": ("FAIL", "no legal ground"),
    "Politie | authority | WvSv 126nd | | 2026-06-01 | K-1 | ": ("FAIL", "no authority"),
    "Voorbeeld Advocaten | lawyer | | | 2026-06-01 | K-1 | ": None,
    "Teltonika | friend | | | 2026-06-01 | | O-1": ("UNDETERMINED", "recipient_kind is not known"),
    "Teltonika | | | | 2026-06-01 | | O-1": ("UNDETERMINED", "recipient_kind is not known"),
    "Reclamebureau | other | | | 2026-06-01 | K-1 | ": ("FAIL", "recipient not declared"),
}


@pytest.fixture(scope="module")
def disclosed(auditor):
    """All those disclosures in one register."""
    header = "disclosure_id | recipient | recipient_kind | legal_ground | authority | disclosed_on | customer_id | order_id"
    rows = "\n".join(f"D-{number} | {row}" for number, row in enumerate(DISCLOSED, 1))
    return auditor(AS_OF, given("account"), registers={"disclosures": f"{header}\n{rows}"})


@pytest.mark.parametrize("row", DISCLOSED)
def test_scp_recipient_of_a_disclosure(disclosed, row):
    number = list(DISCLOSED).index(row) + 1
    found = [(line["verdict"], line["reason"]) for line in disclosed.of("SCP-RECIPIENT") if number in rows_of(line)]
    assert found == ([DISCLOSED[row]] if DISCLOSED[row] else [])


def test_scp_recipient_of_a_customer_with_an_invoice(audit):
    rows = "D-1 | Teltonika | partner | 2026-06-01 | K-1\nD-2 | Teltonika | partner | 2026-06-01 | K-2"
    header = "disclosure_id | recipient | recipient_kind | disclosed_on | customer_id"
    done = audit(AS_OF, given("invoice"), registers={"disclosures": f"{header}\n{rows}"})
    assert [(rows_of(line), line["reason"]) for line in done.of("SCP-RECIPIENT")] == [([2], "no order or contract")]


MOVED = {
    "J09 scc 2021-2023, nothing after": ("US | scc | 2021-06-01 | 2023-06-01 | ", ("FAIL", "the instrument has ended")),
    "J10 dpf": ("US | dpf | 2023-07-10 | | ", None),
    "J12 Lithuania": ("LT | | | | ", None),
    "scc on its last day": ("US | scc | 2021-06-01 | 2026-11-22 | ", None),
    "scc ended yesterday": ("US | scc | 2021-06-01 | 2026-11-21 | ", ("FAIL", "the instrument has ended")),
    "nothing": ("US | | | | ", ("FAIL", "no instrument")),
    "dpf elsewhere": ("IN | dpf | 2023-07-10 | | ", ("FAIL", "no decision of the Commission for this country")),
    "adequacy": ("CH | adequacy | 2020-01-01 | | ", None),
    "no adequacy": ("US | adequacy | 2020-01-01 | | ", ("FAIL", "no decision of the Commission for this country")),
    "derogation": ("IN | derogation | 2020-01-01 | | ", ("UNDETERMINED", "a derogation holds case by case: a person has to judge it")),
    "no country": (" | scc | 2020-01-01 | | ", ("UNDETERMINED", "the country is no ISO 3166 code")),
    "begins later": ("IN | scc | 2027-01-01 | | ", ("UNDETERMINED", "the instrument begins later")),
}


@pytest.fixture(scope="module")
def moved(auditor):
    """All those transfers in one register, each to a recipient of its own."""
    rows = "\n".join(f"T-{number} | system {number} | {row}" for number, (row, _) in enumerate(MOVED.values(), 1))
    return auditor(AS_OF, given("account"), registers={"transfers": f"{HEAD}\n{rows}"})


@pytest.mark.parametrize("name", MOVED)
def test_scp_transfer(moved, name):
    number, expected = list(MOVED).index(name) + 1, MOVED[name][1]
    lines = [line for line in moved.of("SCP-TRANSFER") if number in rows_of(line)]
    assert [(line["verdict"], line["reason"]) for line in lines] == ([expected] if expected else [])
    assert [line["severity"] for line in lines] in ([], ["high"], ["medium"])


@pytest.mark.parametrize("name", ["J10 dpf", "J12 Lithuania"])
def test_what_rests_on_the_dpf_is_watched(audit, name):
    done = audit(AS_OF, given("account"), registers={"transfers": f"{HEAD}\nT-1 | mail system | {MOVED[name][0]}"})
    assert done.of("SCP-TRANSFER") == []
    assert ("Watch SCP-TRANSFER: rests on the EU-US data privacy framework" in done.stdout) is (name == "J10 dpf")
    notes = {item["note"] for item in done.summary["obligations"] if item["code"] == "SCP-TRANSFER"}
    assert (notes != {None}) is (name == "J10 dpf")


def test_nothing_but_the_dpf_is_watched(audit):
    rows = "\n".join(
        f"T-{number} | system {number} | {row}" for number, (row, _) in enumerate(MOVED.values(), 1) if row != MOVED["J10 dpf"][0]
    )
    done = audit(AS_OF, given("account"), registers={"transfers": f"{HEAD}\n{rows}"})
    assert len(done.of("SCP-TRANSFER")) > 5
    assert "Watch SCP-TRANSFER" not in done.stdout
    assert {item["note"] for item in done.summary["obligations"] if item["code"] == "SCP-TRANSFER"} == {None}


def test_dpf_falls_with_its_knob(audit):
    registers = {"transfers": f"{HEAD}\nT-1 | mail system | US | dpf | 2023-07-10 | | news"}
    done = audit(AS_OF, given("account"), registers=registers, knobs={"transfer.dpf_valid": "false"})
    line = done.only("SCP-TRANSFER")
    assert (line["verdict"], line["severity"], line["field"], line["clause"]) == ("FAIL", "high", "news", "C-41-1")


def test_one_instrument_in_force_is_enough_but_for_its_own_sources(audit):
    rows = "T-1 | mail system | US | scc | 2021-06-01 | 2023-06-01 | news; dealers\nT-2 | Mail system | US | dpf | 2023-07-10 | | news"
    done = audit(AS_OF, given("account"), registers={"transfers": f"{HEAD}\n{rows}"})
    assert [(line["field"], line["verdict"]) for line in done.of("SCP-TRANSFER")] == [("dealers", "FAIL")]
    assert done.counts("SCP-TRANSFER") == {"passed": 1, "failed": 1}


def test_between_an_instrument_that_ended_and_the_next_there_is_none(audit):
    rows = "T-1 | mail system | US | scc | 2021-06-01 | 2023-06-01 | news\nT-2 | mail system | US | scc | 2027-01-01 | | news"
    line = audit(AS_OF, given("account"), registers={"transfers": f"{HEAD}\n{rows}"}).only("SCP-TRANSFER")
    assert (line["verdict"], line["severity"]) == ("FAIL", "high")


def test_a_mailing_list_that_no_transfer_names_is_undetermined(audit):
    lists = [replace(given("mail_member"), name=name) for name in ("named", "unnamed")]
    line = audit(AS_OF, *lists, registers={"transfers": f"{HEAD}\nT-1 | mail system | US | dpf | 2023-07-10 | | named"}).only(
        "SCP-TRANSFER"
    )
    assert (line["source"], line["verdict"], line["clause"]) == ("unnamed", "UNDETERMINED", "C-32-1")


def test_nor_are_analytics(audit):
    """Policy 3.1: Google receives them."""
    visits = [replace(given("analytics_event"), name=name) for name in ("website", "app")]
    line = audit(AS_OF, *visits, registers={"transfers": f"{HEAD}\nT-1 | Google | US | dpf | 2023-07-10 | | website"}).only("SCP-TRANSFER")
    assert (line["source"], line["verdict"], line["clause"]) == ("app", "UNDETERMINED", "C-31-1")


def test_an_absent_register_is_not_tested(audit):
    done = audit(AS_OF, given("mail_member"))
    assert done.of("SCP-TRANSFER") == []
    assert {"SCP-TRANSFER", "SCP-RECIPIENT"} <= set(done.not_tested())


ADDRESSES = {
    "jan@example.com": True, "Jan.Jansen+x@sub.voorbeeld.nl": True, " jan@example.com ": True, "mailto:jan@example.com": True,
    "Jan Jansen <jan@example.com>": True, "jan@bücher.example": True, "jan": False, "jan@": False, "jan@@example.com": False,
    "jan@example": False, "jan.example.com": False, "jan@example.com; piet@example.com": False, "jan at example": False,
    "geen": True,  # which says that there is none
}  # fmt: skip


def test_dq_email_invalid(audit):
    rows = "\n".join(f"A-{number} | 2026-01-01 | '{address}'" for number, address in enumerate(ADDRESSES))
    done = audit(AS_OF, plain("account", f"account_id | created_at | email\n{rows}", **HERE))
    wrong = [number for number, is_valid in enumerate(ADDRESSES.values(), 1) if not is_valid]
    assert rows_of(done.only("DQ-EMAIL-INVALID")) == wrong
    assert "example.com" not in str(done.of("DQ-EMAIL-INVALID"))


def test_g14_the_same_row_twice(audit):
    row = "C-1 | 2026-06-01 | anna@example.com"
    done = audit(AS_OF, plain("contact", f"contact_id | created_at | email\n{row}\nC-2 | 2026-06-01 | ben@example.com\n{row}", **HERE))
    line = done.only("DQ-ROW-DUP")
    assert (line["severity"], line["records"], shown(line, "rows")) == ("info", 1, "3")
    assert done.counts("DQ-ROW-DUP") == {"failed": 1, "passed": 2}


def test_g14_one_finding_of_both_rows(audit):
    row = "_ga | x.nl | app-1 | 2026-02-02 | 2029-02-02"
    done = audit(AS_OF, plain("cookie", f"cookie_name | domain | client_id | set_at | expires_at\n{row}\n{row}", **HERE))
    assert (done.only("RET-COOKIE-24")["records"], shown(done.only("RET-COOKIE-24"), "rows")) == (2, "1-2")
    assert done.only("DQ-ROW-DUP")["records"] == 1


def test_another_version_of_a_record_is_no_duplicate(audit):
    rows = "C-1 | 2026-06-01 | anna@example.com\nC-1 | 2026-06-01 | anna@voorbeeld.nl"
    done = audit(AS_OF, plain("contact", f"contact_id | created_at | email\n{rows}", **HERE))
    assert done.counts("DQ-ROW-DUP") == {"passed": 2}


def test_an_event_in_the_daily_and_the_intraday_shard(audit):
    text = "event_date | event_timestamp | event_name | user_pseudo_id\n20260601 | {} | page_view | app-1\n"
    text += "20260601 | 1780300900000000 | {} | app-1"
    daily = ga4_parquet(text.format("1780300800000000", "click"), file="events_20260601.parquet", extracted_at=MADE)
    both = ga4_parquet(text.format("1780300800000000", "scroll"), file="events_intraday_20260601.parquet")
    done = audit(AS_OF, replace(daily, files={**daily.files, **both.files}))
    line = done.only("DQ-ROW-DUP")
    assert (line["file"].split("/")[-1], line["records"], shown(line, "rows")) == ("events_intraday_20260601.parquet", 1, "1")
    quick = audit(AS_OF, replace(daily, files={**daily.files, **both.files}), arguments=("--checks", "retention"))
    assert quick.of("DQ-ROW-DUP") == []


def test_a13_a_clock_time_that_does_not_exist(audit):
    event = "event_at | event_name | client_id\n2024-03-31 02:30 | page_view | app-1\n2024-10-27 02:30 | page_view | app-1"
    done = audit("2026-06-01", plain("analytics_event", event, extracted_at="2026-06-01T23:00:00+02:00", timezone="Europe/Amsterdam"))
    assert [(line["verdict"], line["records"], shown(line, "rows")) for line in done.of("RET-ANA-26")] == [("OVERDUE", 1, "1")]
    line = done.only("DQ-TS-NONEXISTENT")
    assert (line["severity"], line["field"], line["records"]) == ("low", "event_at", 1)
    assert done.counts("DQ-TS-NONEXISTENT") == {"failed": 1, "passed": 1}


def test_pol_contact_and_names_where_nothing_is_settled(audit):
    done = audit(AS_OF, given("account"), settings="[knobs]")
    assert told(done, "POL-CONTACT") == [("policy", "", "policy.dpo_contact", "FAIL", "low", "1")]
    assert told(done, "POL-NAMES") == [("policy", "", "policy.recipients", "FAIL", "medium", "1")]


@pytest.fixture
def versions():
    from houdbaar.resources import read_text

    text = read_text("policy/twingatrack.yaml")
    second = '  - id: "2025"\n    effective_from: 2025-01-01\n'
    return text.replace("\n# Kinds of data; ", second + "\n# Kinds of data; ", 1)


def test_pol_version_meta_of_a_version_without_hash(audit, versions):
    line = audit(AS_OF, given("account"), policy=versions).only("POL-VERSION-META")
    assert (line["field"], line["severity"], line["clause"]) == ("version 2025", "medium", "C-71-1")


@pytest.mark.parametrize(("sent_on", "verdicts"), [("2024-12-01", []), ("2022-01-13", ["FAIL"]), ("2026-12-01", ["FAIL"])])
def test_pol_change_notice_of_a_later_version(audit, versions, sent_on, verdicts):
    registers = {"notices": f"notice_id | kind | sent_on\nN-1 | policy_change | {sent_on}"}
    done = audit(AS_OF, given("account"), policy=versions, registers=registers)
    assert [line["verdict"] for line in done.of("POL-CHANGE-NOTICE")] == verdicts


def test_pol_change_notice_without_a_register(audit, versions):
    done = audit(AS_OF, given("account"), policy=versions)
    assert done.of("POL-CHANGE-NOTICE") == []
    assert any("notices.csv" in reason for reason in done.not_tested("policy"))


def test_j07_a_company_is_no_person(audit):
    company = "contact_id | created_at | organisation | kvk_number | phone | legal_form\n"
    company += "C-1 | 2026-06-01 | Voorbeeld BV | 12345678 | 0201234567 | bv"
    done = audit(AS_OF, plain("contact", company, **HERE))
    assert (done.exit_code, [line["code"] for line in done.findings]) == (0, [])
    assert done.counts("SCP-ART22") == {"passed": 1}
