"""Whose a record is that carries an identifier of somebody who was erased (domain.md 3.6, 4.2 and 4.3)."""

import pytest
from typer.testing import CliRunner

from houdbaar.cli.main import app
from spec.answered import package
from spec.asked import AS_OF, ERASED, HOLD, NOTICE, changed, line, lines
from spec.given import KEY, md5, plain
from spec.outcome import Outcome
from spec.test_codes import MADE
from spec.test_holds_on_erasures import CARRIED_OUT, place_of, told

CODE = "DSR-ERASED-PRESENT"
BEFORE = "2026-11-20T12:00:00+01:00"
AGAIN = [line(CODE, "high", field="executed_at")]
DOUBTED = [line(CODE, "medium", verdict="UNDETERMINED", field="executed_at", reason="a record may be somebody else's")]
STATED = "customer_id=K-9;email=p@x.com;phone=0612345670"
CONTACT = "contact_id | customer_id | email | phone | last_contact_at\nC-1 | "
LEFT = {
    "the person's": (STATED, plain("contact", f"{CONTACT}K-9 | p@x.com | | 2026-10-01", extracted_at=MADE), AGAIN),
    "by the number alone": (STATED, plain("contact", f"{CONTACT}K-9 | | | 2026-10-01", extracted_at=MADE), AGAIN),
    "a colleague's": (STATED, plain("contact", f"{CONTACT}K-9 | els@x.com | | 2026-10-01", extracted_at=MADE), DOUBTED),
    "the person's, who is there under another number": (
        STATED,
        plain("contact", f"{CONTACT}K-7 | p@x.com | | 2026-10-01", extracted_at=MADE),
        AGAIN,
    ),
    "of who has the number now": (STATED, plain("contact", f"{CONTACT}K-7 | | 06-12345670 | 2026-10-01", extracted_at=MADE), DOUBTED),
    "the person's, where the request has an address that is none": (
        "customer_id=K-9;email=",
        plain("contact", f"{CONTACT}K-9 | p@x.com | | 2026-10-01", extracted_at=MADE),
        AGAIN,
    ),
    "a function's, with its hash": (
        "email=info@x.com",
        plain(
            "mail_member", f"list_id | email | email_md5 | status\nnews | info@x.com | {md5('info@x.com')} | subscribed", extracted_at=MADE
        ),
        DOUBTED,
    ),
    "a function's": ("email=info@x.com", plain("contact", f"{CONTACT}K-7 | info@x.com | | 2026-10-01", extracted_at=MADE), DOUBTED),
    "a visit of who was logged in": (
        STATED,
        plain("analytics_event", "event_at | user_id | client_id\n2026-10-20T10:00:00Z | K-9 | 1.2", extracted_at=MADE),
        AGAIN,
    ),
}


@pytest.mark.parametrize("name", LEFT)
def test_what_was_found_again_may_be_somebody_elses(audit, name):
    """Who erases what belongs to a colleague, or to who has the telephone number now, harms them."""
    stated, export, expected = LEFT[name]
    registers = {"requests": changed(ERASED, identifiers=stated), "notices": NOTICE}
    done = audit(AS_OF, export, registers=registers, arguments=("--checks", CODE))
    assert [each for each in lines(done) if each["code"] == CODE] == expected


@pytest.mark.parametrize(("starts_on", "expected"), [("2026-10-15", []), ("2026-10-16", AGAIN)])
def test_only_a_hold_that_ran_when_a_person_was_erased_may_keep_records(audit, starts_on, expected):
    """domain.md 2.8: a hold never erases a violation that was complete before it began; it only forbids to mend it today."""
    registers = {"requests": changed(ERASED, identifiers=STATED), "notices": NOTICE, "holds": changed(HOLD, starts_on=starts_on)}
    contact = plain("contact", f"{CONTACT}K-9 | p@x.com | | 2026-10-01", extracted_at=MADE)
    done = audit(AS_OF, contact, registers=registers, arguments=("--checks", CODE))
    assert [each for each in lines(done) if each["code"] == CODE] == expected


def test_a_hold_that_was_renewed_keeps_what_it_kept(audit):
    earlier = changed(HOLD, hold_id="H-0", starts_on="2026-01-01", ends_on="2026-10-31")
    renewed = changed(HOLD, starts_on="2026-11-01").splitlines()[-1]
    contact = plain("contact", f"{CONTACT}K-9 | p@x.com | | 2026-10-01", extracted_at=MADE)
    for holds, expected in ((f"{earlier}\n{renewed}", []), (f"{earlier.replace('K-9', 'K-8')}\n{renewed}", AGAIN)):
        registers = {"requests": changed(ERASED, identifiers=STATED), "notices": NOTICE, "holds": holds}
        done = audit(AS_OF, contact, registers=registers, arguments=("--checks", CODE))
        assert [each for each in lines(done) if each["code"] == CODE] == expected


def test_a_stated_number_is_no_less_certain_for_what_the_plan_found(tmp_path):
    """domain.md 4.2: the customer's number links for certain; another address beside it is the person's new one."""
    contacts = plain("contact", "contact_id | customer_id | email\nC-1 | K-1 | jan@voorbeeld.nl", extracted_at=BEFORE)
    place = place_of(tmp_path / "company", contacts, identifiers="customer_id=K-1")
    package(place)
    told(place, *CARRIED_OUT)
    (export,) = (place / "exports" / "contact").iterdir()
    export.write_text(export.read_text(encoding="utf-8").replace("jan@", "jan2@"), encoding="utf-8")
    settings = place / "houdbaar.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace(BEFORE, "2026-11-30T12:00:00+01:00"), encoding="utf-8")
    command = ["audit", str(place), "--as-of", "2026-11-30", "--output", str(tmp_path / "run"), "--checks", CODE]
    CliRunner().invoke(app, command, prog_name="houdbaar", catch_exceptions=False, env={"HOUDBAAR_KEY": KEY})
    assert [each for each in lines(Outcome(0, "", "", tmp_path / "run")) if each["code"] == CODE] == AGAIN


def test_what_the_exports_knew_the_person_by_is_remembered(tmp_path):
    """Once the contact is gone, nothing but the plan knows whose the customer's number was."""
    visits = plain("analytics_event", "event_at | user_id | client_id\n2026-10-20T10:00:00Z | K-1 | 1.2", extracted_at=BEFORE)
    others = plain("order", "order_id | customer_id | email | ordered_at\nO-2 | K-2 | els@voorbeeld.nl | 2026-10-20", extracted_at=BEFORE)
    contacts = plain(
        "contact", "contact_id | customer_id | email\nC-1 | K-1 | jan@voorbeeld.nl\nC-2 | K-2 | els@voorbeeld.nl", extracted_at=BEFORE
    )
    place = place_of(tmp_path / "company", visits, others, contacts)
    package(place)
    told(place, *CARRIED_OUT)
    (export,) = (place / "exports" / "contact").iterdir()
    kept = [line for line in export.read_text(encoding="utf-8").splitlines(keepends=True) if "jan@" not in line]
    export.write_text("".join(kept), encoding="utf-8")
    settings = place / "houdbaar.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace(BEFORE, "2026-11-30T12:00:00+01:00"), encoding="utf-8")
    command = ["audit", str(place), "--as-of", "2026-11-30", "--output", str(tmp_path / "run"), "--checks", CODE]
    done = CliRunner().invoke(app, command, prog_name="houdbaar", catch_exceptions=False, env={"HOUDBAAR_KEY": KEY})
    assert [each for each in lines(Outcome(done.exit_code, done.stdout, done.stderr, tmp_path / "run")) if each["code"] == CODE] == AGAIN
    (export,) = (place / "exports" / "analytics_event").iterdir()
    export.write_text(export.read_text(encoding="utf-8").replace("K-1", "K-2"), encoding="utf-8")
    CliRunner().invoke(app, [*command, "--replace"], prog_name="houdbaar", catch_exceptions=False, env={"HOUDBAAR_KEY": KEY})
    assert [each for each in lines(Outcome(0, "", "", tmp_path / "run")) if each["code"] == CODE] == []
