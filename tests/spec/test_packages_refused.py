"""Requests that get no package, or a refusal and nothing else (domain.md 3.2, 3.5; GDPR 12)."""

import pytest

from spec.answered import CONTACTS, ORDERS, REGISTERS, Ask, answered, asker, package


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """What a company with few exports answers to requests of Jan's."""
    return asker(tmp_path_factory.mktemp("few") / "company", CONTACTS, ORDERS, registers=REGISTERS)


@pytest.mark.parametrize(
    ("state", "verified_at"),
    [("received", ""), ("awaiting_id", ""), ("verified", "2026-12-24"), ("verified", "04-12-2026"), ("verified", "2020-01-01")],
)
def test_without_proof_of_who_asks_there_is_no_package(tmp_path, state, verified_at):
    found = answered(tmp_path / "company", "access", CONTACTS, state=state, verified_at=verified_at)
    assert found.exit_code == 2
    assert "not verified" in found.stderr
    assert "houdbaar request verify" in found.stderr
    assert not (tmp_path / "company" / "runs").exists()


@pytest.mark.parametrize("right", ["access", "erasure", "portability"])
@pytest.mark.parametrize(
    "identifiers",
    [
        "customer_id=K-1;email=els@voorbeeld.nl",
        "email=jan@voorbeeld.nl;order_id=O-2",
        "customer_id=K-1;name=Jan van der Jansen;order_id=O-2",
    ],
)
def test_identifiers_of_two_people_give_nobodys_data(few, right, identifiers):
    found = few(right, identifiers=identifiers)
    assert (found.exit_code, "lead to different people" in found.stderr, "second factor" in found.stderr) == (2, True, True)
    assert not found.folder.parents[2].exists()
    assert [text for text in ("els@voorbeeld.nl", "jan@voorbeeld.nl", "K-1", "O-2") if text in found.stdout + found.stderr] == []


@pytest.mark.parametrize("right", ["access", "erasure", "marketing_objection"])
def test_a_refusal_says_why_and_where_to_complain_and_nothing_else(few, right):
    reason = "u vroeg hetzelfde vorige week, en er is niets veranderd"
    found = few(right, state="refused", verified_at="", refused=reason)
    assert found.exit_code == 0, found.stderr
    assert "U vroeg hetzelfde vorige week, en er is niets veranderd." in found.letter
    assert [word for word in ("artikel 12, lid 4", "Autoriteit Persoonsgegevens", "aan de rechter") if word not in found.letter] == []
    assert set(found.files) == {"package/antwoord.md", "package/antwoord.html", "package/manifest.json", "officer/controle.json"}
    assert [text for text in ("Jansen", "Dijk", "K-1", "contact") if text in found.letter + found.page] == []
    assert found.missing == set()


def test_a_refusal_without_a_reason_is_no_answer(tmp_path):
    found = answered(tmp_path / "company", "access", CONTACTS, state="refused", refused="", registers=REGISTERS)
    assert (found.exit_code, "no refusal_reason" in found.stderr) == (2, True)


def test_an_unknown_number_is_refused(tmp_path):
    found = answered(tmp_path / "company", "access", CONTACTS, request_id="DSR-9")
    assert found.exit_code == 2
    assert "houdbaar request list" in found.stderr


def test_a_bare_folder_has_no_requests(tmp_path):
    CONTACTS.write(tmp_path / "bare")
    found = package(tmp_path / "bare")
    assert (found.exit_code, "houdbaar init" in found.stderr) == (2, True)


@pytest.mark.parametrize("identifiers", ["jan@voorbeeld.nl", "mail=jan@voorbeeld.nl", "email=jan@voorbeeld.nl;K-1", "email=", ""])
def test_identifiers_that_can_not_be_searched_are_refused(tmp_path, identifiers):
    found = answered(tmp_path / "company", "access", CONTACTS, identifiers=identifiers, registers=REGISTERS)
    assert (found.exit_code, "kind=value;kind=value" in found.stderr) == (2, True)
    assert "jan@voorbeeld.nl" not in found.stdout + found.stderr
