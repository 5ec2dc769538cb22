"""Identifiers that belong to nobody and stand nowhere else, planted in exports to see whether they come out again."""

from __future__ import annotations

import hashlib
import io
import json
import random
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from houdbaar.exports.contract import Column, Contract, Table, packaged_contracts
from houdbaar.exports.read.shape import Leaf, Many, Node, Struct, parse_structure

MICROS = 1714550400123456
OTHER_FORMATS = frozenset({"ga4.events", "ga4.users", "mailchimp.members", "plain.mail_member", "plain.analytics_event", "plain.cookie"})
SOUND = {"micros": str(MICROS), "millis": str(MICROS // 1_000), "seconds": str(MICROS // 1_000_000), None: "2024-05-01T10:00:00Z"}


@dataclass(slots=True)
class Canaries:
    """Gives tokens of every kind in turn, and remembers them."""

    seed: int
    given: list[str] = field(default_factory=list)
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def __call__(self) -> str:
        token = KINDS[len(self.given) % len(KINDS)](self.chance)
        self.given.append(token)
        return token

    def needles(self) -> list[bytes]:
        """What must not be found anywhere: the tokens, in lower case, and hashes of them that anyone could compute."""
        texts = {text.lower() for token in self.given for text in (token, token.removeprefix("+"), unicodedata.normalize("NFC", token))}
        hashes = {hashlib.new(kind, text.encode()).hexdigest() for kind in ("md5", "sha256") for text in texts}
        return sorted(text.encode() for text in texts | hashes)


def digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choice("123456789") for _ in range(count))


KINDS = (
    lambda chance: f"Canary-{chance.randbytes(6).hex()}@example.com",
    lambda chance: f"+316{digits(chance, 8)}",
    lambda chance: chance.randbytes(16).hex(),
    lambda chance: f"{digits(chance, 9)}.17{digits(chance, 8)}",
    lambda chance: f"NL{digits(chance, 2)}BANK{digits(chance, 10)}",
)


def found_in(needles: Iterable[bytes], *haystacks: bytes) -> list[str]:
    """The needles that stand in one of the haystacks, in any case."""
    hay = b"\n".join(haystacks).lower()
    # Thousands of needles in megabytes: only those whose last eight bytes stand somewhere are looked for.
    ends = {hay[at : at + 8] for at in range(len(hay) - 7)}
    return [needle.decode() for needle in needles if needle[-8:] in ends and needle in hay]


def artefacts(folder: Path) -> list[bytes]:
    """Every file below a folder that isn't private, as it is and (Parquet) as it reads; and the names of all of them."""
    pieces = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        pieces.append(str(name).encode())
        if path.is_file() and not {"private", ".houdbaar"} & set(name.parts):
            pieces.append(path.read_bytes())
            if path.suffix == ".parquet":
                read = pq.read_table(path)
                pieces.append(json.dumps(read.to_pylist(), default=str, ensure_ascii=False).encode() + str(read.schema.metadata).encode())
    return pieces


# Exports with a canary in every column, made of what the contracts say.


def every_export(token: Canaries) -> dict[str, tuple[str, dict[str, str | bytes]]]:
    """A source for every packaged contract, and more for some of them in other formats: name -> (contract, files)."""
    made: dict[str, tuple[str, dict[str, str | bytes]]] = {}
    for contract in packaged_contracts():
        for table in contract.tables:
            formats = contract.detect.formats
            if "csv" in formats:
                made[f"{contract.id}-csv"] = (contract.id, {"export.csv": _csv(contract, table, token)})
            if "ndjson" in formats and ("csv" not in formats or contract.id in OTHER_FORMATS):
                made[f"{contract.id}-ndjson"] = (contract.id, {"export.ndjson": _ndjson(contract, table, token)})
            if "parquet" in formats and contract.id in OTHER_FORMATS:
                made[f"{contract.id}-parquet"] = (contract.id, {"export.parquet": _parquet(contract, table, token)})
    return made


def _headers(contract: Contract, table: Table) -> dict[str, Column | None]:
    """The export's columns, each with the entity's column that it feeds as it stands."""
    headers: dict[str, Column | None] = dict.fromkeys(table.structure)
    headers |= dict.fromkeys(name for group in contract.detect.columns for name in group)
    return headers | {column.physical_names[0]: column for column in table.columns if column.physical_names}


def _sound(column: Column | None, token: Canaries) -> str:
    """A value that a check judges as too old where it is a stamp; else a canary."""
    if column is None or column.logical_type not in ("timestamp", "date"):
        return token()
    return {"%Y%m%d": "20240501"}.get(column.format or "", SOUND[column.unit])


def _csv(contract: Contract, table: Table, token: Canaries) -> str:
    """Two rows with sound stamps (so that they become findings), one without any sound value, and one with a field too many."""
    headers = _headers(contract, table)
    sound = [[_sound(column, token) for column in headers.values()] for _ in range(2)]
    rows = [[*headers], *sound, [token() for _ in headers], [token() for _ in [*headers, "one more"]]]
    preamble = "# ----------------------------------------\n# 20240101-20240131\n\n" if contract.detect.preamble else ""
    return preamble + "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows)


def _ndjson(contract: Contract, table: Table, token: Canaries) -> str:
    """Records nested as the contract says, one of them with keys of its own and one that is no JSON."""
    records = [_record(contract, table, token) for _ in range(2)]
    odd = {name: token() for name in records[0]} | {token(): token() for _ in range(5)}
    lines = [*(json.dumps(record) for record in (*records, odd)), f'{{"{token()}": {token()}}}', json.dumps(records[0])]
    return "".join(f"{line}\n" for line in lines)


def _record(contract: Contract, table: Table, token: Canaries) -> dict[str, Any]:
    tree = parse_structure(table.structure).fields
    made: dict[str, Any] = {}
    for name, column in _headers(contract, table).items():
        node = tree.get(name, Leaf())
        made[name] = _sound(column, token) if isinstance(node, Leaf) else _nested(node, token)
    return made


def _nested(node: Node, token: Canaries) -> Any:
    if isinstance(node, Struct):
        return {name: _nested(child, token) for name, child in node.fields.items()}
    return [_nested(node.item, token)] if isinstance(node, Many) else token()


def _parquet(contract: Contract, table: Table, token: Canaries) -> bytes:
    records = [_record(contract, table, token) for _ in range(3)]
    records[1] = {name: value if isinstance(value, dict | list) else token() for name, value in records[1].items()}
    made = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(records), made)
    return made.getvalue()


def names_with(token: Canaries) -> Mapping[str, str]:
    """Paths with a canary in the file's or the folder's name, for sound exports, strangers and broken files."""
    rows = "account_id,happened_at\nA1,2024-05-01T10:00:00Z\n"
    made: dict[str, str] = {}
    for number in range(len(KINDS)):
        made |= {
            f"{token()}/visits.csv": rows,
            f"sound-{number}/{token()}.csv": rows,
            f"stranger-{number}/{token()}.csv": "a,b\n1,2\n",
            f"stranger-{number}/{token()}.txt": "nothing\n",
            f"broken-{number}/{token()}.parquet": "PAR1",
            f"empty-{number}/{token()}.csv": "",
            f"header-{number}/visits.csv": f'account_id,happened_at,"{token()}"\nA1,2024-05-01T10:00:00Z,x\n',
            f"odd-{number}/stock.csv": f'sku,"{token()}"\n1,x\n',
            f"open-{number}/visits.csv": f'account_id,happened_at,"{token()}\n',
        }
    return made
