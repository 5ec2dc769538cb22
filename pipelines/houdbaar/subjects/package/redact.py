"""What a person gets of a row: everything but secrets, rules against abuse, and what names somebody else (domain.md 3.2, GDPR 15(4))."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from houdbaar.exports.classify.classify import classify
from houdbaar.exports.classify.given_names import GIVEN_NAMES
from houdbaar.exports.classify.names import hint_of
from houdbaar.exports.classify.table import part_classes
from houdbaar.exports.classify.values import cleaned as said
from houdbaar.exports.classify.values import is_crypt, is_key, is_person_like
from houdbaar.exports.contract import bound_columns, folded
from houdbaar.exports.json_values import nested_in
from houdbaar.subjects.package.model import Found, Material, Record, Redaction
from houdbaar.subjects.package.naming import (
    is_about_another,
    is_name_of_somebody,
    is_of_product,
    without_joint_names,
    without_names,
    without_names_in_links,
)
from houdbaar.subjects.package.own import Own
from houdbaar.subjects.package.words import Words
from houdbaar.subjects.wrong_value import EMAIL, IBAN, PHONE

if TYPE_CHECKING:
    from houdbaar.exports.part import Part

SECRET, INTERNAL, OTHER = "secret", "internal", "other_person"
_SECRETS = frozenset({"secret_plain", "secret_hash", "digest"})
_SECRET_HINTS = frozenset({"password", "token", "salt", "passhash"})
_INTERNAL = re.compile(r"fraud|misbruik|abuse|risk_?rule|risicoregel", re.IGNORECASE)
_SECRET_IN_LINK = re.compile(r"(?<=[?&;])((?:\w*(?:token|passw\w*|wachtwoord|secret|api_?key|auth|session)\w*)=)[^&#\s]+", re.IGNORECASE)
_TYPED = frozenset({"string_value", "int_value", "float_value", "double_value"})
_ADDRESS = frozenset({"street", "house_number", "postcode", "city", "customer_address"})
_NAMES = frozenset({"first_name", "initials", "name_prefix", "last_name", "name", "customer_name", "account_name", "driver_name"})
# In a row that names somebody else, everything of a person is theirs, but for the keys by which the row was found.
_HARMLESS = frozenset({"none", "declared", "organisation", "ip_truncated", "geo_coarse", "user_agent"})
_REGISTER_COLUMNS = {
    "suppression": ("suppression_id", "added_on", "scope"),  # its hash is a key of ours, its reason may be about a quarrel
    "disclosure": ("disclosure_id", "recipient", "recipient_kind", "disclosed_on", "fields"),
}


@dataclass(frozen=True, slots=True)
class Columns:
    """What an export's columns are: the entity's column that each feeds, and those that hold secrets."""

    feeds: Mapping[str, str]  # folded name of the export's column -> the entity's column
    secrets: frozenset[str]  # folded names, also of nested columns ('customer.token')
    category: str
    is_of_several: bool = False  # a row holds several people: what stands at its top may be another's

    @classmethod
    def of(cls, part: Part) -> Columns:
        """The columns of one file: by its contract, and for the rest by the classifier's judgement of the whole file."""
        bound = bound_columns(part.table, part.bound.head.columns or tuple(part.types))
        classes = part_classes(part)
        return cls(
            {folded(physical): name for name, physical in bound.items()},
            frozenset(folded(item.name) for item in classes if item.kind in _SECRETS),
            part.table.category,
            part.table.explode is not None,
        )

    @classmethod
    def of_record(cls, material: Material, record: Record) -> Columns:
        """The columns of the file that a record is in; a year of Parquet files of one shape is looked at once."""
        part = material.part_of(record)
        if part is None:
            return cls({}, frozenset(), record.category)
        place = part.bound.source.name, part.bound.contract.id, part.table.entity
        key = (*place, tuple(part.types.items())) if part.is_in_place else (*place, part.path)
        if key not in material.columns:
            material.columns[key] = cls.of(part)
        return material.columns[key]


def redact(material: Material, found: Found, own: Own, words: Words) -> None:
    """Fill each record's `given`, and log what was left out of it; `words` say what stands in its place."""
    log: dict[Redaction, None] = {}
    for record in found.records:
        if record.is_register:
            record.given = _of_register(record)
            continue
        redactor = _Redactor(record, Columns.of_record(material, record), own, log, words)
        record.given = redactor.of_object(record.original, "")
    found.redactions.extend(log)


def _of_register(record: Record) -> dict[str, Any]:
    names = _REGISTER_COLUMNS.get(record.entity, tuple(record.original))
    return {name: record.original[name] for name in names if name in record.original}


@dataclass(frozen=True, slots=True)
class _Redactor:
    """Goes through one row. Names of fields are those of the export; nested ones are joined by dots."""

    record: Record
    columns: Columns
    own: Own
    log: dict[Redaction, None]  # each once, in the order of the rows
    words: Words

    def of_object(self, values: Mapping[str, Any], prefix: str) -> dict[str, Any]:
        """The fields of an object that the person gets. Of a pair with a key and a value the key is the name."""
        given: dict[str, Any] = {}
        for name, value in values.items():
            path = f"{prefix}{name}"
            reason = self._withheld(path, value)
            if reason:
                self._note(path, reason)
            else:
                given[name] = self._of_value(value, path)
        return given

    def _withheld(self, path: str, value: object) -> str | None:
        """Why a field is left out whole; None when it isn't."""
        if value is None or value == "":
            return None
        if _INTERNAL.search(path):
            return INTERNAL
        texts = [] if isinstance(value, Mapping | list | tuple) else [_text_of(value)]
        if folded(path) in self.columns.secrets or any(is_crypt(text) or is_key(text) for text in texts):
            return SECRET
        return SECRET if texts and classify(self._name(path), texts, self.columns.category).kind in _SECRETS else None

    def _of_value(self, value: Any, path: str) -> Any:
        if isinstance(value, Mapping):
            if set(value) == {"key", "value"} and isinstance(value["key"], str):
                return self._of_pair(value, path)
            return self.of_object(value, f"{path}.")
        if isinstance(value, list | tuple):
            return [self._of_item(item, path) for item in value]
        if value is None or isinstance(value, bool):
            return value
        text = _text_of(value)
        nested = nested_in(text)
        if nested is not None:
            kept = self._of_value(nested, path)
            return value if kept == nested else json.dumps(kept, ensure_ascii=False)
        given = self._of_text(text, path)
        return value if given == text else given

    def _of_pair(self, pair: Mapping[str, Any], path: str) -> Any:
        given = self.of_object({pair["key"]: pair["value"]}, f"{path}.")
        return {"key": pair["key"], "value": given.get(pair["key"], self._word(SECRET))}

    def _of_item(self, item: Any, path: str) -> Any:
        """An element of a list: one that names somebody, and not this person, is left out whole."""
        if isinstance(item, Mapping) and self._names_other(item, path):
            self._note(path, OTHER)
            return self._word(OTHER)
        if reason := self._withheld(path, item):
            self._note(path, reason)
            return self._word(reason)
        return self._of_value(item, path)

    def _is_own_email(self, text: str) -> bool:
        return self.own.has_email(text.replace("%40", "@"))

    def _names_other(self, item: Mapping[str, Any], path: str) -> bool:
        texts = {name: value for name, value in item.items() if isinstance(value, str) and value.strip()}
        emails = [value for value in texts.values() if EMAIL.fullmatch(value.strip())]
        if emails:
            return not any(self._is_own_email(value) for value in emails)
        names = [value for name, value in texts.items() if self._kind(f"{path}.{name}", value) == "name"]
        return bool(names) and not self.own.has_name(" ".join(names))

    def _name(self, path: str) -> str:
        """The field's own name; of a typed value of Google's it is the pair's."""
        names = [name for name in path.split(".") if name not in _TYPED]
        return names[-1] if names else path

    def _kind(self, path: str, text: str) -> str:
        """What a text is: by the contract where that names it, else by the classifier."""
        feeds = self.columns.feeds.get(folded(path))
        if feeds is not None:
            kind = {"email": "email", "previous_email": "email", "phone": "phone", "iban": "iban"}.get(
                feeds, "name" if feeds in _NAMES else "address" if feeds in _ADDRESS else "declared"
            )
            return self._kind_by_name(feeds, text) if kind == "declared" and self._is_row_of_other else kind
        return self._kind_by_name(path, text)

    def _kind_by_name(self, path: str, text: str) -> str:
        name = self._name(path)
        hint = hint_of(name)
        found = classify(name, [text], self.columns.category).kind
        if hint is not None and hint.kind == "name" and hint.is_weak and found in ("none", "name"):
            return "name" if is_name_of_somebody(path, text) else "none"
        if found == "none" and _is_full_name(text) and (not is_of_product(path) or is_name_of_somebody(path, text)):
            return "name"
        if found != "none" or hint is None or not said([text]):
            return found
        if hint.kind in ("name", "phone", "address", "person_id"):
            return hint.kind
        return OTHER if self._is_about_other(path) and hint.kind not in _HARMLESS else found

    @property
    def _is_row_of_other(self) -> bool:
        return self.record.place in self.own.others

    def _is_about_other(self, path: str) -> bool:
        return self._is_row_of_other or (folded(path) not in self.columns.feeds and is_about_another(path))

    def _of_text(self, text: str, path: str) -> str:
        kind = self._kind(path, text)
        is_declared = folded(path) in self.columns.feeds and not self.columns.is_of_several
        if self._is_of_other(kind, text, is_declared=is_declared, is_other=self._is_about_other(path)):
            reason = f"other_{kind}" if f"other_{kind}" in self.words.group("placeholders") else OTHER
            self._note(path, reason)
            return self._word(reason)
        return self._cleaned(text, path, kind)

    def _is_of_other(self, kind: str, text: str, *, is_declared: bool, is_other: bool) -> bool:
        if not text.strip():
            return False
        if kind == "name":
            # In a row of the person's own the contract's name columns hold the person's name, however it is written.
            return not self.own.has_name(text) and (is_other or not is_declared)
        if kind == "phone":
            return not self.own.has_phone(text) and (is_other or not is_declared)
        if kind == "iban":
            return not self.own.has_iban(text) and (is_other or not is_declared)
        if kind == "email":
            return not self._is_own_email(text) and (is_other or bool(EMAIL.fullmatch(text.strip())))
        if kind == "person_id" and is_declared:
            return False
        return is_other and kind not in _HARMLESS

    def _cleaned(self, text: str, path: str, kind: str) -> str:
        """A text without other people's addresses, numbers and names, and without the secrets of links."""
        cleaned = self._without(EMAIL, text, path, "other_email", self._is_own_email)
        cleaned = self._hidden(cleaned, _SECRET_IN_LINK.sub(rf"\g<1>{self._word(SECRET)}", cleaned), path, SECRET)
        if re.search(r"[^\W\d_]{2,}\s", cleaned):  # words: a number by itself is an id
            cleaned = self._without(IBAN, cleaned, path, "other_iban", self.own.has_iban)
            cleaned = self._without(PHONE, cleaned, path, "other_phone", self.own.has_phone)
        cleaned = self._hidden(cleaned, without_names_in_links(cleaned, self.own.has_name, self._word("other_name")), path, "other_name")
        if kind == "name":
            joint = without_joint_names(cleaned, self.own.has_name, self._word("other_name"))
            cleaned = self._hidden(cleaned, joint, path, "other_name")
        if kind not in ("name", "address", "organisation"):
            named = without_names(cleaned, self.own.has_name, self._word("other_name"), is_product=is_of_product(path))
            cleaned = self._hidden(cleaned, named, path, "other_name")
        for name in sorted(self.own.other_names, key=lambda name: (-len(name), name)):
            without = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", self._word("other_name"), cleaned, flags=re.IGNORECASE)
            cleaned = self._hidden(cleaned, without, path, "other_name")
        return cleaned

    def _without(self, pattern: re.Pattern[str], text: str, path: str, reason: str, is_own: Any) -> str:
        kept = pattern.sub(lambda match: match[0] if is_own(match[0]) else self._word(reason), text)
        return self._hidden(text, kept, path, reason)

    def _hidden(self, before: str, after: str, path: str, reason: str) -> str:
        if after != before:
            self._note(path, reason)
        return after

    def _note(self, path: str, reason: str) -> None:
        self.log[Redaction(self.record.source, self.record.file, self.record.row, path, reason)] = None

    def _word(self, reason: str) -> str:
        return self.words.of("placeholders", reason)


def _is_full_name(text: str) -> bool:
    """Whether a short text is a person's name: a given name that many people have, and what goes with it."""
    words = text.casefold().split()
    return 2 <= len(words) <= 5 and words[0] in GIVEN_NAMES and is_person_like(text)


def _text_of(value: object) -> str:
    """A value as a text export would have it: a number without the zeros that its type adds."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, float | Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def free_texts(records: Sequence[Record]) -> int:
    """How many texts that somebody wrote are among what is given: people have to read them, no program can."""
    rows = {record.place: record.given for record in records}
    return sum(isinstance(value, str) and len(value.split()) >= 6 for given in rows.values() for value in given.values())
