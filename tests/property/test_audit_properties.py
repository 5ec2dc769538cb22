"""Properties of domain.md section 7 of a whole audit: what stands in another order, twice, or is audited again, says the same."""

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from houdbaar.checks.catalog import checks
from reference.budget import budget
from reference.model import KEYS, File, Settings
from reference.program import Outcome, audit, run, write_workspace
from reference.random_exports import Export, cookies, plain_events, service_events, users
from reference.random_mailing import mailing
from reference.random_stamps import Frame, as_ofs

FEW = budget(2)


def of_records(outcome: Outcome) -> dict[tuple[str, str, str], dict[str, int]]:
    """The counts of codes that judge records."""
    of_columns = {check.code for check in checks() if check.grain == "source"}
    return {place: found for place, found in outcome.counts.items() if place[0] not in of_columns}


@FEW
@given(st.data(), as_ofs())
def test_4_5_14_another_order_and_repeated_rows_change_no_finding_and_a_second_run_no_byte(data: st.DataObject, as_of: date) -> None:
    exports = tables(data, as_of)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "map"
        write_workspace(place, exports)
        before = audit(place, Settings(as_of))
        first = written(place)
        audit(place, Settings(as_of))
        assert written(place) == first
    assert_order_changes_no_finding(before, run([rearranged(export, data) for export in exports], Settings(as_of)))
    assert_repeating_adds_no_finding(before, run([repeated(export) for export in exports], Settings(as_of)))


def assert_order_changes_no_finding(before: Outcome, after: Outcome) -> None:
    """Of rows, columns and files, and when a file is split."""
    assert after.ids == before.ids
    # Codes about a file's columns count files: two files of one shape are two.
    assert of_records(after) == of_records(before)
    assert sums(after) == sums(before)


def assert_repeating_adds_no_finding(before: Outcome, after: Outcome) -> None:
    """But that rows are repeated."""
    assert {line.code for line in after.lines} - {line.code for line in before.lines} <= {"DQ-ROW-DUP"}
    ours, theirs = (dict.fromkeys(key(line) for line in outcome.lines if line.code.startswith("RET-")) for outcome in (before, after))
    assert ours == theirs


def tables(data: st.DataObject, as_of: date) -> list[Export]:
    """Events, service use, users, cookies and a mail tool with what stands beside it."""
    frame = Frame(as_of, None, (26, 24, 12))
    kinds = (plain_events, service_events, users, cookies)
    return [*(data.draw(table(f"bron{number}", frame)) for number, table in enumerate(kinds)), *data.draw(mailing(frame))]


def rearranged(export: Export, data: st.DataObject) -> Export:
    """The rows and columns of each file in another order; those of entities without a key in one or two files under other names."""
    files = [part for file in export.source.files for part in parted(file, export.source.entity, data)]
    return Export(replace(export.source, files=tuple(files)), replace(export.shape, is_reversed=True))


def parted(file: File, entity: str, data: st.DataObject) -> list[File]:
    """A file's rows, shuffled; two files of a keyed entity would be two exports of unknown order."""
    rows = data.draw(st.permutations(file.rows))
    if entity in {*KEYS, "order", "message", "account"}:
        return [replace(file, rows=tuple(rows))]
    cut = data.draw(st.integers(0, len(rows)))
    parts = [part for part in (rows[:cut], rows[cut:]) if part] or [[]]
    return [replace(file, name=file.name.replace("part-", f"deel-{number}-"), rows=tuple(part)) for number, part in enumerate(parts)]


def sums(outcome: Outcome) -> dict[tuple[object, ...], int]:
    """Records a code, source, month, field and verdict, over all files."""
    found: dict[tuple[object, ...], int] = {}
    for line in outcome.lines:
        if line.code.startswith("RET-"):
            place = (line.code, line.source, line.month, line.field, line.verdict, line.reason)
            found[place] = found.get(place, 0) + line.records
    return found


def repeated(export: Export) -> Export:
    """Every row twice."""
    files = tuple(replace(file, rows=(*file.rows, *file.rows)) for file in export.source.files)
    return replace(export, source=replace(export.source, files=files))


def key(line: object) -> object:
    """A line without its counts and rows."""
    return replace(line, rows=(), records=0)  # type: ignore[type-var]


def written(place: Path) -> dict[str, bytes]:
    """What a run of a workspace leaves behind, apart from the text for people."""
    output = place.with_name(place.name + "-run")
    return {name: (output / name).read_bytes() for name in ("findings.parquet", "summary.json")}
