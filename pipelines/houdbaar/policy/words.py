"""The words that a policy file may use, and the nearest right one for a wrong one."""

from collections.abc import Iterable, Mapping
from typing import Any

SEVERITIES = ("info", "low", "medium", "high", "critical")
FAILING = frozenset({"OVERDUE", "UNDETERMINED", "FAIL"})  # verdicts of a finding that --fail-on looks at (design 7)
GROUPS = ("retention", "consent", "scope", "quality", "requests", "policy", "audit")
KINDS = ("term", "test", "reason", "text")
DELETING = ("delete", "delete_file", "anonymise", "clear_field")  # what a hold or a pending request forbids
ACTIONS = ("delete", "delete_file", "anonymise", "suppress", "archive", "clear_field", "review")
BOUNDARIES = ("inclusive", "exclusive")
ALL = "all"

# Entities, and of the registers those with a term, each with the columns that can start a term. Worked out by the checks:
# last_response_at, client_id, relation_ended_on, last_activity_on (of a relation) and fiscal_year_ended_on.
TRIGGERS: Mapping[str, tuple[str, ...]] = {
    "analytics_event": ("event_at", "event_date", "client_id"),
    "analytics_user": ("last_active_at", "first_touch_at", "client_id"),
    "cookie": ("set_at", "expires_at", "last_seen_at", "client_id"),
    "mail_member": ("last_response_at", "opted_in_at", "confirmed_at", "unsubscribed_at", "cleaned_at", "changed_at"),
    "mail_activity": ("happened_at",),
    "mail_send": ("sent_at", "delivered_at", "last_response_at"),
    "mail_campaign": ("sent_at",),
    "contact": (
        "created_at",
        "last_contact_at",
        "contract_started_on",
        "contract_ended_on",
        "inactive_at",
        "relation_ended_on",
        "last_activity_on",
    ),
    "account": ("created_at", "last_login_at", "closed_at", "relation_ended_on", "last_activity_on"),
    "order": ("ordered_at",),
    "invoice": ("invoice_date", "contract_ended_on", "paid_at", "fiscal_year_ended_on"),
    "payment": ("paid_at", "fiscal_year_ended_on"),
    "service_event": ("happened_at",),
    "message": ("created_at", "last_message_at", "closed_at"),
    "shipment": ("shipped_at", "delivered_at"),
    "device": ("created_at", "contract_ended_on"),
    "request": ("received_at", "verified_at", "closed_at"),
}
REGISTERS = (
    "hold",
    "acceptance",
    "request",
    "objection",
    "consent",
    "suppression",
    "disclosure",
    "transfer",
    "notice",
    "deletion",
    "analytics_setting",
)
READABLE = tuple(dict.fromkeys((*TRIGGERS, *REGISTERS, ALL)))  # what a code may say that it reads


def records_in(lines: Iterable[Mapping[str, Any]]) -> int:
    """How many records lines of findings stand for: one of which several fields were found counts once a code, as in summary.json."""
    found: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(lines):
        key = line.get("record_key")
        place = (str(number),) if key is None else (line["code"], str(line["source"]), str(line["entity"]), key)
        found[place] = max(found.get(place, 0), line["records"])
    return sum(found.values())


def counted(count: int, noun: str) -> str:
    """'1 record', '1,234 records'."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was probably meant to be, or None."""
    from difflib import get_close_matches

    by_folded = {each.casefold(): each for each in known}
    matches = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[matches[0]] if matches else None


def unknown(noun: str, word: str, known: Iterable[str]) -> str:
    """The message for a wrong word: with the nearest right one, else with what is known where that is little."""
    known = tuple(known)
    near = nearest(word, known)
    if near is not None:
        return f'unknown {noun} "{word}" — did you mean "{near}"?'
    listed = f" — known here: {', '.join(known)}" if 0 < len(known) <= 30 else ""
    return f'unknown {noun} "{word}"{listed}'


def reaches(severities: Iterable[str], fail_on: str) -> bool:
    """Whether one of the severities is at or above the fail level; 'never' is reached by none. Raises ValueError for another word."""
    if fail_on == "never":
        return False
    level = SEVERITIES.index(fail_on)
    return any(SEVERITIES.index(severity) >= level for severity in severities)


def is_failing(verdict: str, status: str) -> bool:
    """Whether a finding's line counts for `--fail-on`: held records don't, and neither does what somebody has accepted."""
    return verdict in FAILING and status != "accepted"
