"""A request that states a name alone: it finds nobody, and nobody may take that for an answer (domain.md 3.2)."""

import pytest
from typer.testing import CliRunner

from houdbaar.cli.main import app
from houdbaar.subjects.package.build import NAME_ALONE
from spec.answered import COMPANY, REGISTERS, Ask, asker
from spec.conftest import write
from spec.given import KEY

BY_NAME = "name=Jan van der Jansen"
SAYS = {
    "nl": ("Met alleen een naam kunnen wij niemand vinden", "niet naar uw gegevens gezocht", "e-mailadres, telefoonnummer, klantnummer"),
    "en": ("With a name alone we cannot find anybody", "not looked for your data", "e-mail address, telephone number, customer number"),
}
# What would be said of a search, of its result, or of an address.
UNTRUE = {
    "nl": ("Wij zochten", "Wij hebben gezocht", "geen gegevens van u", "Wij stoppen", "versleutelde", "Wij zoeken graag nog eens"),
    "en": ("We searched", "no data about you", "We stop", "encoded form", "We will gladly search again"),
}


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """What a company that knows Jan answers to whoever says to be called so."""
    return asker(tmp_path_factory.mktemp("named") / "company", *COMPANY, registers=REGISTERS)


@pytest.mark.parametrize("language", SAYS)
@pytest.mark.parametrize("right", ["access", "erasure", "rectification", "portability", "objection", "marketing_objection", "withdrawal"])
def test_the_letter_asks_for_more_and_claims_no_search(ask, right, language):
    letter = ask(right, language=language, identifiers=BY_NAME).letter
    assert [text for text in SAYS[language] if text not in letter] == []
    assert [text for text in UNTRUE[language] if text in letter] == []
    assert "Jansen" not in letter


def test_the_officer_is_told(ask):
    found = ask("access", identifiers=BY_NAME)
    assert f"look: {NAME_ALONE}" in found.stdout
    assert NAME_ALONE in found.json("officer/controle.json")["review"]
    manifest = found.json("package/manifest.json")
    assert (manifest["keys"], manifest["searched"], manifest["records"]) == (["name"], [], 0)


@pytest.mark.parametrize("identifiers", ["email=jan@voorbeeld.nl;name=Jan van der Jansen", "email=niemand@voorbeeld.nl"])
def test_beside_an_address_a_name_may_find_somebody(ask, identifiers):
    found = ask("access", identifiers=identifiers)
    assert NAME_ALONE not in found.stdout
    assert "Wij zochten met uw e-mailadres" in found.letter


def test_a_refusal_is_no_search(ask):
    assert NAME_ALONE not in ask("access", identifiers=BY_NAME, state="refused", refused="dit is de derde keer deze maand").stdout


@pytest.mark.parametrize(("options", "expected"), [(("--name", "Jan"), True), (("--name", "Jan", "--email", "jan@voorbeeld.nl"), False)])
def test_who_writes_the_request_down_hears_it_at_once(tmp_path, options, expected):
    write(tmp_path / "company", COMPANY, registers={})
    command = ["request", "add", "--right", "access", "--received-at", "2026-11-20", *options, "--workspace", str(tmp_path / "company")]
    done = CliRunner().invoke(app, command, prog_name="houdbaar", catch_exceptions=False, env={"HOUDBAAR_KEY": KEY})
    assert done.exit_code == 0, done.stderr
    assert ("a name alone finds nobody" in done.stdout) is expected
