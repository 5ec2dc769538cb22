"""Where a value stands that a person called wrong: compared by what it is, and never as a piece of a longer word (GDPR 16).

An address, a number or an account is found in every spelling; anything else by its words, in one field or in fields that follow each
other. A name is not found in an e-mail address: that is another value.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from houdbaar.exports.json_values import nested_in
from houdbaar.subjects.normalise import EmailRules, normalise_email, normalise_iban, normalise_phone

EMAIL = re.compile(r"[^\s@<>,;:\"'()/\\=&?#\[\]|]+(?:@|%40)(?:[\w-]+\.)+[^\W\d_]{2,24}", re.IGNORECASE)
PHONE = re.compile(r"(?<![\w+])(?:\+|00)?\d(?:[\s().-]*\d){8,13}(?!\w)")
IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Z0-9])")
_NUMBER = re.compile(r"[\d\s()+./-]+")
_DAY = re.compile(r"(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}))")
_WORD = re.compile(r"[^\W_]+")
_POSTCODE = re.compile(r"\b([1-9]\d{3})\s+([a-z]{2})\b")
_SHORT = 3  # letters: a shorter word is looked for as a whole field only

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WrongValue:
    """A value as it is looked for. `kind`: email, phone, iban or words; `forms`: what it looks like, any of them."""

    kind: str
    forms: frozenset[str] | frozenset[Words]
    rules: EmailRules

    @classmethod
    def of(cls, text: str, rules: EmailRules) -> WrongValue | None:
        """The value that a text is; None where there is nothing to look for."""
        if address := normalise_email(text, rules):
            return cls("email", frozenset({address}), rules)
        if iban := normalise_iban(text):
            return cls("iban", frozenset({iban}), rules)
        if _NUMBER.fullmatch(text.strip()) and (phone := normalise_phone(text)):
            return cls("phone", frozenset({phone.value}), rules)
        forms = {words for spelt in _spellings(text) if (words := words_of(spelt))}
        return cls("words", frozenset(forms), rules) if forms else None

    def fields_of(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        """The fields of a row in which the value stands, in their order; nested ones are joined by dots."""
        texts = list(_texts(row, ""))
        if self.kind == "words":
            return _fields_with(texts, self.forms)
        return tuple(dict.fromkeys(path for path, text in texts if self._stands_in(text)))

    def _stands_in(self, text: str) -> bool:
        if self.kind == "email":
            return any(normalise_email(match[0].replace("%40", "@"), self.rules) in self.forms for match in EMAIL.finditer(text))
        if self.kind == "iban":
            return any(normalise_iban(match[0]) in self.forms for match in IBAN.finditer(text))
        phones = (normalise_phone(found) for found in (text, *(match[0] for match in PHONE.finditer(text))))
        return any(phone is not None and phone.value in self.forms for phone in phones)


def words_of(text: str) -> Words:
    """The words of a text as they are compared: without case and accents, a postcode as one; none of an e-mail address."""
    plain = EMAIL.sub(" ", unquote(text) if "%" in text else text)
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(sign)).casefold()
    return tuple(_WORD.findall(_POSTCODE.sub(r"\1\2", plain)))


def _spellings(text: str) -> list[str]:
    """A text, and a day in the ways in which exports write it."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return [text]
    year, month, day = found.group(1, 2, 3) if found[1] else found.group(6, 5, 4)
    parts = (int(year), int(month), int(day))
    forms = ("{0:04}-{1:02}-{2:02}", "{2:02}-{1:02}-{0:04}", "{2}-{1}-{0:04}", "{0:04}{1:02}{2:02}", "{0:04}-{1}-{2}")
    return [form.format(*parts) for form in forms]


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every value in a row as text, with its field; those of lists and structs, and of JSON in a text, too."""
    if isinstance(value, Mapping):
        if set(value) == {"key", "value"} and isinstance(value["key"], str):
            value = {value["key"]: value["value"]}
        for name, item in value.items():
            yield from _texts(item, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item, path)
    elif value is not None and value != "":
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
        nested = nested_in(text)
        if nested is None:
            yield path, text
        else:
            yield from _texts(nested, path)


def _fields_with(texts: list[tuple[str, str]], forms: frozenset[Any]) -> tuple[str, ...]:
    """Fields that hold all words of a form in a row, or that together are a form, as a street and a house number are."""
    fields = [(path, words_of(text)) for path, text in texts]
    found: dict[str, None] = {}
    for form in sorted(forms):
        is_short = len(form) == 1 and len(form[0]) < _SHORT
        for number, (path, words) in enumerate(fields):
            if words == form if is_short else _holds(words, form):
                found[path] = None
            elif words and len(words) < len(form):
                found.update(dict.fromkeys(_together(fields[number:], form)))
    return tuple(found)


def _holds(words: Words, form: Words) -> bool:
    return any(words[at : at + len(form)] == form for at in range(len(words) - len(form) + 1))


def _together(fields: list[tuple[str, Words]], form: Words) -> list[str]:
    """The first of some fields and those that follow it, if their words are the form and nothing else."""
    said: Words = ()
    for number, (_, words) in enumerate(fields, 1):
        said += words
        if said == form:
            return [path for path, words in fields[:number] if words]
        if form[: len(said)] != said:
            break
    return []
