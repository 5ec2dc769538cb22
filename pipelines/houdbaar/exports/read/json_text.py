"""NDJSON and JSON: records with declared nesting, every leaf as the text it was written in.

Row numbers are those of records: blank lines have none, rejected records do. A number keeps its digits, `true` is 'true',
an object where the structure says VARCHAR is its JSON text, an absent key or `null` is NULL.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from houdbaar.exports.files import ExportFile, unreadable
from houdbaar.exports.json_values import SPACE, Number, dumps, loads, member_text, wrapped_key
from houdbaar.exports.read.json_count import Brackets, count_brackets
from houdbaar.exports.read.json_stream import LONGEST_RECORD, Values
from houdbaar.exports.read.raw import BLANK, INVALID_JSON, Raw, reconciled
from houdbaar.exports.read.shape import parse_structure
from houdbaar.exports.read.staging import Staging, open_staging
from houdbaar.exports.text import settle, utf8_chunks

if TYPE_CHECKING:
    from houdbaar.exports.head import Head

_INCOMPLETE = "the last record is incomplete: the file was cut off"


def read_json(file: ExportFile, head: Head, structure: Mapping[str, str], out: Path) -> Raw:
    """Stage NDJSON, an array of objects, a sequence of objects, or the one list in an API's answer. Raises SourceError."""
    staging = open_staging(parse_structure(structure), leaf_text, out)
    read_all = _read_lines if head.format == "ndjson" else _read_values
    with staging.sink:
        rows_read, blanks = read_all(file, head.encoding, staging)
        return reconciled(file, staging.finish(rows_read, {BLANK: blanks} if blanks else {}))


def leaf_text(value: object) -> str:
    """The text of a JSON leaf that isn't a string."""
    return str(value) if isinstance(value, Number) else dumps(value)


def _read_lines(file: ExportFile, guessed: str, staging: Staging) -> tuple[int, int]:
    """Stage one record a line; gives the lines counted, and how many are blank."""
    encoding, physical_lines = settle(file, guessed, _count_lines)
    numbers, blanks, invalid_last = count(1), 0, ""
    for line in _lines(file, utf8_chunks(file, encoding)):
        if not line.strip(SPACE):
            blanks += 1
            continue
        number, invalid_last = next(numbers), ""
        try:
            staging.add(number, loads(line))
        except ValueError:
            staging.reject(number, INVALID_JSON)
            invalid_last = line
    if count_brackets([invalid_last.encode()]).is_unclosed:
        raise unreadable(file, _INCOMPLETE)
    return physical_lines, blanks


def _count_lines(chunks: Iterable[bytes]) -> int:
    lines, last = 0, b"\n"
    for chunk in chunks:
        lines += chunk.count(b"\n")
        last = chunk[-1:] or last
    return lines + (last != b"\n")


def _lines(file: ExportFile, chunks: Iterable[bytes]) -> Iterator[str]:
    held = b""
    for chunk in chunks:
        *lines, held = (held + chunk).split(b"\n")
        yield from (line.decode() for line in lines)
        if len(held) > LONGEST_RECORD:
            raise unreadable(file, "a line of more than 64 MB", "export it as one record a line")
    if held:
        yield held.decode()


def _read_values(file: ExportFile, guessed: str, staging: Staging) -> tuple[int, int]:
    """Stage an array, a sequence of objects, or an API's answer; gives the records counted."""
    encoding, brackets = settle(file, guessed, count_brackets)
    if brackets.is_unclosed:
        raise unreadable(file, _INCOMPLETE)
    values = Values(file, codecs.iterdecode(utf8_chunks(file, encoding), "utf-8"))
    if values.peek() == "[":
        for number, value in enumerate(values.array(), 1):
            staging.add(number, value)
        return brackets.elements, 0
    return _read_sequence(values, brackets, staging), 0


def _read_sequence(values: Values, brackets: Brackets, staging: Staging) -> int:
    first = values.value()
    text = values.source()
    key = wrapped_key(first) if isinstance(first, dict) and not values.peek() else None
    if key is not None:
        for number, value in enumerate(first[key], 1):
            staging.add(number, value)
        return count_brackets([member_text(text, key).encode("utf-8", "replace")]).elements
    staging.add(1, first)
    for number in count(2):
        if not values.peek():
            return brackets.objects
        staging.add(number, values.value())
    raise AssertionError  # count() doesn't end
