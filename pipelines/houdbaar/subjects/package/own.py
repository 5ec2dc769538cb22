"""Which identifiers in a person's rows are the person's own (domain.md 3.5, 'Third parties in a row').

A row can belong to somebody and name another: a parcel that went to a friend, a colleague under the same customer number. What is not
certainly the person's own counts as another's: a missing telephone number is a lesser harm than somebody else's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from houdbaar.exports.classify.values import is_company
from houdbaar.subjects.names import Name, is_compatible, is_conflict, name_of, parse_name
from houdbaar.subjects.normalise import EmailRules, is_role_mailbox, normalise_email, normalise_iban, normalise_phone
from houdbaar.subjects.package.model import Asked, Record

# What describes the person comes first, then what the person ordered, then what was sent on: there a name is often another's.
_LEVELS = {
    "contact": 0, "account": 0, "mail_member": 0,
    "order": 1, "invoice": 1, "payment": 1, "message": 1,
    "shipment": 2, "device": 2,
}  # fmt: skip
_EMAILS, _PHONES, _IBANS = ("email", "previous_email"), ("phone", "sim_phone"), ("iban",)
_FULL_NAMES = ("name", "customer_name", "account_name")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(slots=True)
class Own:
    """The person's own identifiers, normalised; `others`: rows (by place) that name somebody else."""

    rules: EmailRules
    emails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    ibans: set[str] = field(default_factory=set)
    names: list[Name] = field(default_factory=list)
    words: set[str] = field(default_factory=set)  # of the person's names, folded
    others: set[tuple[str, str, int]] = field(default_factory=set)
    other_names: set[str] = field(default_factory=set)  # as they are written

    def has_email(self, text: str) -> bool:
        """Whether an address is the person's own, or nobody's in particular."""
        address = normalise_email(text, self.rules)
        return address is not None and (address in self.emails or is_role_mailbox(address))

    def has_phone(self, text: str) -> bool:
        """Whether a number is the person's own, or a company's."""
        phone = normalise_phone(text)
        return phone is not None and (phone.value in self.phones or phone.kind == "organisation")

    def has_iban(self, text: str) -> bool:
        """Whether an account number is the person's own."""
        return normalise_iban(text) in self.ibans

    def has_name(self, text: str) -> bool:
        """Whether a name, or a part of one, is certainly the person's, or a company's."""
        words = set(_folded_words(text))
        name = parse_name(text)
        return words <= self.words or is_company(text) or (name is not None and any(is_compatible(name, each) for each in self.names))

    def contradicts(self, name: Name) -> bool:
        """Whether a name is certainly another's."""
        return any(is_conflict(name, each) for each in self.names) and not any(is_compatible(name, each) for each in self.names)

    def take(self, row: _Row) -> None:
        """Learn what a row of the person's own says."""
        self.emails |= row.emails
        self.phones |= row.phones
        self.ibans |= row.ibans
        if row.name is not None:
            self.names.append(row.name)
            self.words.update(_folded_words(row.written_name))


@dataclass(frozen=True, slots=True)
class _Row:
    """What one record says of whom it is about."""

    record: Record
    emails: set[str]
    phones: set[str]
    ibans: set[str]
    name: Name | None
    written_name: str

    @property
    def level(self) -> int:
        return _LEVELS.get(self.record.entity, 1)

    @property
    def proven(self) -> frozenset[str]:
        """Kinds of identifiers through which the row was found: those are the person's."""
        return frozenset(str(step.get("key", "")) for step in self.record.path[-1:])


def own_identifiers(asked: Asked, records: Sequence[Record], rules: EmailRules) -> Own:
    """Find the person's own identifiers: from the request, then from rows, the surest first. The order of the rows plays no part."""
    own = Own(rules)
    _take_request(own, asked)
    rows = sorted((_row(record, rules) for record in records if not record.is_register), key=lambda row: (row.level, row.record.place))
    for row in rows:
        own.emails |= row.emails if row.proven & {"email", "email_name"} else set()
        own.phones |= row.phones if "phone_name" in row.proven else set()
        own.ibans |= row.ibans if "iban_name" in row.proven else set()
    for level in sorted({row.level for row in rows}):
        _learn(own, [row for row in rows if row.level == level])
    for row in rows:
        if _is_of_other(own, row):
            own.others.add(row.record.place)
            own.other_names |= {row.written_name} if row.written_name else set()
    return own


def note_others(own: Own, beside: Iterable[Record]) -> None:
    """Note which further rows of records name somebody else, or stand beside a record that does: by what they say themselves."""
    for record in beside:
        row = _row(record, own.rules)
        if record.beside in own.others or _is_of_other(own, row):
            own.others.add(record.place)
            own.other_names |= {row.written_name} if row.written_name and not own.has_name(row.written_name) else set()


def _take_request(own: Own, asked: Asked) -> None:
    for kind, value in asked.identifiers:
        if kind == "email" and (address := normalise_email(value, own.rules)):
            own.emails.add(address)
        elif kind == "phone" and (phone := normalise_phone(value)):
            own.phones.add(phone.value)
        elif kind == "iban" and (iban := normalise_iban(value)):
            own.ibans.add(iban)
        elif kind == "name" and (name := parse_name(value)):
            own.names.append(name)
            own.words.update(_folded_words(value))


def _learn(own: Own, rows: Sequence[_Row]) -> None:
    """Take what the rows of one level say, until nothing more is certain; where nothing is known yet, only what they all agree on."""
    left, is_new = list(rows), True
    while is_new:
        certain = [row for row in left if _is_certain(own, row)]
        for row in certain:
            own.take(row)
        known = {id(row) for row in certain}
        left = [row for row in left if id(row) not in known]
        is_new = bool(certain)
    if not own.names and not own.emails and left and _agree(left):
        for row in left:
            own.take(row)


def _is_certain(own: Own, row: _Row) -> bool:
    """Whether a row certainly speaks of the person: its name fits, or its address is the person's and no name contradicts."""
    if row.name is not None and own.names:
        return any(is_compatible(row.name, each) for each in own.names)
    return bool(row.emails & own.emails)


def _agree(rows: Sequence[_Row]) -> bool:
    names = [row.name for row in rows if row.name is not None]
    is_one_name = not any(is_conflict(one, other) for one in names for other in names)
    return is_one_name and (bool(names) or len(set().union(*(row.emails for row in rows))) <= 1)


def _is_of_other(own: Own, row: _Row) -> bool:
    """Whether a row names somebody else."""
    if row.name is not None and own.contradicts(row.name):
        return True
    has_own = bool(row.emails & own.emails) or (row.name is not None and any(is_compatible(row.name, each) for each in own.names))
    return not has_own and bool(row.emails - own.emails) and not all(is_role_mailbox(address) for address in row.emails)


def _row(record: Record, rules: EmailRules) -> _Row:
    staged = record.staged
    phones = (normalise_phone(text) for text in _texts(staged, _PHONES))
    name, written = _name(staged)
    return _Row(
        record,
        {address for text in _texts(staged, _EMAILS) if (address := normalise_email(text, rules))},
        {phone.value for phone in phones if phone is not None and phone.kind == "person"},
        {iban for text in _texts(staged, _IBANS) if (iban := normalise_iban(text))},
        name,
        written,
    )


def _texts(staged: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    return [value for name in names if isinstance(value := staged.get(name), str) and value.strip()]


def _name(staged: Mapping[str, Any]) -> tuple[Name | None, str]:
    """A row's name of a person, and how it is written; none where the name is a company's."""
    parts = [staged.get(name) for name in ("first_name", "initials", "name_prefix", "last_name")]
    if parts[3]:
        first, initials, prefix, last = parts
        return name_of(first, initials, prefix, last), " ".join(part for part in (first or initials, prefix, last) if part)
    for text in _texts(staged, _FULL_NAMES):
        if not is_company(text):
            return parse_name(text), text
    return None, ""


def _folded_words(text: str) -> list[str]:
    import unicodedata

    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return [word.casefold() for word in _WORD.findall(plain)]


def written_names(asked: Asked, records: Sequence[Record], own: Own) -> tuple[str, ...]:
    """How the person's name is written: by the request, else by the best records; each once, none that is another's."""
    given = [value for kind, value in asked.identifiers if kind == "name"]
    rows = sorted((_row(record, own.rules) for record in records if not record.is_register), key=lambda row: (row.level, row.record.place))
    best = min((row.level for row in rows if row.name is not None and row.record.place not in own.others), default=0)
    written = [row.written_name for row in rows if row.level == best and row.name is not None and row.record.place not in own.others]
    return tuple(dict.fromkeys(given or written))
