"""What a hold or a pending request keeps is nowhere said to be deleted (domain.md 2.8 and 3.2)."""

import pytest
from typer.testing import CliRunner

from houdbaar.cli.main import app
from houdbaar.gates.words import told
from spec.conftest import write
from spec.gated import line, policy, verdict
from spec.given import KEY, plain
from spec.test_cases_f import holds

AS_OF, MADE = "2026-11-22", "2026-11-20T12:00:00+01:00"
LEADS = "contact_id | is_lead | last_name | customer_id | created_at | last_contact_at\n" + "\n".join(
    f"C-{number} | true | Bos | K-{number} | 2020-01-01 | 2024-06-01" for number in (1, 2)
)
# Their last permitted day is 1 June 2025: a hold from before it makes them held, a later one leaves them overdue.
LATE = [
    {"hold_id": f"H-{number}", "identifier_kind": "customer_id", "identifier_value": f"K-{number}", "starts_on": "2026-01-01"}
    for number in (1, 2)
]
KEPT = {
    "nothing": (LATE[:0], ["Delete", "Verwijder"], []),
    "one of two": (
        LATE[:1],
        ["Delete; not yet 1 record under a hold or a request", "Verwijder het; nog niet 1 record onder een bewaarblok of een verzoek"],
        ["legal_hold:H-1"],
    ),
    "both": (
        LATE,
        [
            "Nothing yet: it is under a hold or a request. Then: Delete",
            "Nog niets: er loopt een bewaarblok of een verzoek. Daarna: Verwijder het",
        ],
        ["legal_hold:H-1, legal_hold:H-2"],
    ),
    "both, by holds that began in time": (
        [hold | {"starts_on": "2025-05-01"} for hold in LATE],
        [
            "Nothing yet: it is under a hold or a request. Then: Delete",
            "Nog niets: er loopt een bewaarblok of een verzoek. Daarna: Verwijder het",
        ],
        ["legal_hold:H-1, legal_hold:H-2"],
    ),
    "one by such a hold": (
        [LATE[0] | {"starts_on": "2025-05-01"}],
        ["Delete; not yet 1 record under a hold or a request", "Verwijder het; nog niet 1 record onder een bewaarblok of een verzoek"],
        ["legal_hold:H-1"],
    ),
}


@pytest.mark.parametrize("name", KEPT)
def test_report_and_terminal_say_what_is_kept(tmp_path, name):
    held, in_report, on_terminal = KEPT[name]
    place = tmp_path / "company"
    write(place, (plain("contact", LEADS, extracted_at=MADE, timezone="Europe/Amsterdam"),), registers=holds(*held))

    def run(*command: str) -> str:
        done = CliRunner().invoke(app, command, prog_name="houdbaar", catch_exceptions=False, env={"HOUDBAAR_KEY": KEY})
        assert done.exit_code in (0, 1), done.stderr
        return " ".join(done.stdout.split())

    run("audit", str(place), "--as-of", AS_OF)
    (page,) = place.rglob("report.html")
    told_in_report = " ".join(page.read_text(encoding="utf-8").split())
    assert all(
        f'data-label="{label}">{text}' in told_in_report for label, text in zip(("What to do", "Wat te doen"), in_report, strict=True)
    )
    listed = run("findings", "--workspace", str(place), "--code", "RET-LEAD-12")
    assert [f"kept by {each}" in listed for each in on_terminal] == [True] * len(on_terminal)
    assert ("kept by" in listed) == bool(on_terminal)


@pytest.mark.parametrize(
    ("blocks", "said"),
    [
        ([None, None], "To do: delete."),
        ([["legal_hold:H-1"], None], "To do: delete, but not yet 1 record under a hold or a request."),
        ([["legal_hold:H-1"], ["pending_access:R-1"]], "To do: nothing yet, under a hold or a request; then delete."),
    ],
)
def test_the_gate_says_it_too(blocks, said):
    lines = [line(f"f{number}", code="RET-LEAD-12", blocked_by=block) for number, block in enumerate(blocks)]
    (issue,) = verdict(*lines).issues
    assert told(issue, policy()).endswith(said)


def test_what_is_no_deletion_is_not_blocked():
    (issue,) = verdict(line(code="CON-STATUS-MAILABLE", verdict="FAIL", action="suppress", blocked_by=["legal_hold:H-1"])).issues
    assert issue.blocked == 0
