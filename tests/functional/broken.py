"""Exports that are broken in every way that happens: what tests of errors and tests of privacy both feed to the program."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.parquet as pq

from functional.auditing import table, zipped

OLD = "2024-05-01T10:00:00+02:00"
MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Broken:
    """A file with something wrong. `words` must stand in the message; `contract` is what the file is bound as."""

    name: str
    content: bytes
    words: tuple[str, ...]
    contract: str = "plain.service_event"
    shown: str = field(default="")

    @property
    def shown_as(self) -> str:
        """The file, or the archive's member, that the message names."""
        return self.shown or self.name


def broken_files(token: Callable[[], str] = lambda: "jan@example.com") -> dict[str, Broken]:
    """Every kind by its name. `token` gives the identifiers that stand in the files."""
    return dict(_texts(token)) | dict(_tables(token)) | dict(_archives(token))


def good_rows(token: Callable[[], str], count: int = 3) -> str:
    return table("account_id,happened_at,page", *(f"{token()},{OLD},{token()}" for _ in range(count)))


def _texts(token: Callable[[], str]) -> Iterator[tuple[str, Broken]]:
    rows = good_rows(token)
    lines = "".join(f'{{"account_id": "{token()}", "happened_at": "{OLD}"}}\n' for _ in range(3))
    last = f'{{"account_id": "{token()}", "happened_at": "{OLD}", "page": "{token()}'
    yield "zero bytes", Broken("visits.csv", b"", ("empty file",))
    yield "open quote", Broken("visits.csv", (rows + f'"{token()},{OLD},x\n' + rows).encode(), ("quote", "not closed"))
    yield "last record cut off", Broken("visits.csv", (rows + token()).encode(), ("last record is incomplete",))
    yield "newline JSON cut off", Broken("visits.ndjson", (lines + last).encode(), ("last record is incomplete",))
    yield "JSON array cut off", Broken("visits.json", ("[" + ",".join(lines.splitlines()) + "," + last).encode(), ("cut off",))
    yield (
        "two encodings",
        Broken("visits.csv", rows.encode() + f"{token()},{OLD},é\n".encode() + f"{token()},{OLD},é\n".encode("latin-1"), ("Windows-1252",)),
    )
    yield "a web page", Broken("visits.csv", f"<!DOCTYPE html><p>{token()}</p>".encode(), ("web page",))
    yield "binary", Broken("visits.csv", b"\x00\x01\x02" * 900 + token().encode(), ("not text",))
    yield "wrong delimiter", Broken("visits.csv", rows.replace(",", "^").encode(), ("header", "happened_at"))
    yield (
        "missing trigger",
        Broken("visits.csv", table("account_id,kind", f"{token()},login").encode(), ("header", "happened_at", "read as plain.account")),
    )


def _tables(token: Callable[[], str]) -> Iterator[tuple[str, Broken]]:
    whole = parquet(token)
    yield "Parquet cut off", Broken("visits.parquet", whole[: len(whole) // 2], ("footer", "cut off"))
    yield "Parquet garbage", Broken("visits.parquet", (token() * 50).encode(), ("footer",))
    yield (
        "Parquet without data",
        Broken("visits.parquet", whole[:4] + b"\xff" * (_footer_at(whole) - 4) + whole[_footer_at(whole) :], ("can't be read",)),
    )
    yield "Avro cut off", Broken("visits.avro", b"Obj\x01" + token().encode(), ())
    yield "workbook garbage", Broken("visits.xlsx", token().encode() * 9, ("Excel",))
    yield "workbook cut off", Broken("visits.xlsx", zipped({"xl/workbook.xml": token()})[:90], ())


def parquet(token: Callable[[], str], rows: int = 200) -> bytes:
    """Service events, their page column last."""
    made = pa.BufferOutputStream()
    columns = {"account_id": [token() for _ in range(rows)], "happened_at": [OLD] * rows, "page": [token() for _ in range(rows)]}
    pq.write_table(pa.table(columns), made, compression="none")
    return bytes(made.getvalue())


def _footer_at(content: bytes) -> int:
    return len(content) - 8 - struct.unpack("<I", content[-8:-4])[0]


def _archives(token: Callable[[], str]) -> Iterator[tuple[str, Broken]]:
    rows = good_rows(token)
    packed, archive = gzip.compress(good_rows(token, 500).encode()), zipped({"visits.csv": good_rows(token, 500)})
    yield "gzip cut off", Broken("visits.csv.gz", packed[: len(packed) // 2], ("cut off",))
    yield "gzip garbage", Broken("visits.csv.gz", packed[:40] + token().encode() * 9, ("damaged",))
    yield "ZIP cut off", Broken("all.zip", archive[: len(archive) // 2], ("ZIP", "cut-off"))
    yield "ZIP garbage", Broken("all.zip", token().encode() * 9, ("ZIP",))
    yield "ZIP damaged inside", Broken("all.zip", archive[:50] + b"\xff" * 9 + archive[59:], ("damaged",), shown="all.zip!visits.csv")
    yield (
        "ZIP with ..",
        Broken(
            "all.zip", zipped({"../visits.csv": rows, "good.csv": rows}), ("leaves the archive's folder",), shown="all.zip!../visits.csv"
        ),
    )
    yield (
        "ZIP with a root",
        Broken("all.zip", zipped({"/etc/visits.csv": rows}), ("leaves the archive's folder",), shown="all.zip!/etc/visits.csv"),
    )
    yield (
        "ZIP with a password",
        Broken("all.zip", encrypted(zipped({"visits.csv": rows})), ("encrypted", "password"), shown="all.zip!visits.csv"),
    )
    yield (
        "ZIP in a ZIP",
        Broken("all.zip", zipped({"inner.zip": zipped({"visits.csv": rows})}), ("archive inside an archive",), shown="all.zip!inner.zip"),
    )
    yield "ZIP bomb", Broken("all.zip", zipped({"visits.csv": rows + "\n" * (20 * MEGABYTE)}), ("bomb",))
    yield "ZIP bomb that lies", Broken("all.zip", lying(rows.encode() + b"\n" * (20 * MEGABYTE)), (), shown="all.zip!visits.csv")
    yield "gzip bomb", Broken("visits.csv.gz", gzip.compress(rows.encode() + b"\n" * (20 * MEGABYTE)), ("bomb",))


def encrypted(archive: bytes) -> bytes:
    """The same archive with the flag that its members are encrypted, in both of its headers."""
    made = bytearray(archive)
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        made[made.index(magic) + offset] |= 1
    return bytes(made)


def lying(content: bytes, declared: int = 100) -> bytes:
    """A ZIP whose member declares a hundred bytes, with the checksum of those, and unpacks to all of `content`."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("visits.csv", content)
    lie = bytearray(made.getvalue())
    for magic, offset in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        at = lie.index(magic) + offset
        lie[at : at + 4] = struct.pack("<I", zlib.crc32(content[:declared]))
        lie[at + 8 : at + 12] = struct.pack("<I", declared)
    return bytes(lie)
