"""CSV: every encoding, delimiter, newline and quote that exports have; every row staged, rejected by number, or excluded by name."""

import csv
import io
import itertools
import random
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from houdbaar.errors import SourceError
from houdbaar.exports.files import find
from houdbaar.exports.head import peek
from houdbaar.exports.read import Raw, read
from houdbaar.exports.read.records import count_by_line, count_regular

EXPORTS = Path(__file__).parents[3] / "shared" / "exports"


class Read:
    """A file read: what the reader says, and the rows it staged."""

    def __init__(self, folder: Path, data: bytes | str, name: str = "a.csv") -> None:
        (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
        file = next(file for file in find(folder)[0] if file.name == name)
        self.head = peek(file)
        self.raw: Raw = read(file, self.head, {}, folder / "out.pq")
        table = pq.read_table(self.raw.path)
        self.numbers: list[int] = table["row"].to_pylist()
        self.columns: dict[str, list[str]] = table.drop_columns(["row"]).to_pydict()
        assert table.column_names == ["row", *self.raw.columns]
        assert self.raw.rows_staged == table.num_rows
        assert self.raw.rows_read == self.raw.rows_staged + len(self.raw.rejected) + sum(self.raw.excluded.values())

    @property
    def rows(self) -> list[tuple[str, ...]]:
        return list(zip(*self.columns.values(), strict=True))


@pytest.fixture
def reading(tmp_path):
    return lambda data, name="a.csv": Read(tmp_path, data, name)


def error(tmp_path: Path, data: bytes | str) -> str:
    with pytest.raises(SourceError) as caught:
        Read(tmp_path, data)
    assert not list(tmp_path.glob("out*"))
    assert caught.value.__cause__ is None
    return str(caught.value)


def test_values_pass_through_unchanged(reading):
    values = [
        "1146540.1921992520",
        "00317",
        "+31612345678",
        "Jose\u0301",
        "a\u00a0b",
        " Lorem ",
        "NULL",
        "n.v.t.",
        "1.50",
        "0x1F",
        "",
        "\0",
    ]
    got = reading("c\n" + "".join(f'"{value}"\n' for value in values))
    assert got.columns["c"] == values
    assert got.numbers == list(range(1, len(values) + 1))
    assert got.raw.rejected == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "utf-16-be-bom", "cp1252"])
def test_every_encoding_gives_the_same_rows(reading, encoding):
    text = "e-mail;naïef\r\njan@example.com;€ 5 – Zoë\r\n"
    marked = {"utf-16-le-bom": "\ufeff" + text, "utf-16-be-bom": "\ufeff" + text}.get(encoding, text)
    got = reading(marked.encode(encoding.removesuffix("-bom")))
    assert got.raw.columns == ("e-mail", "naïef")
    assert got.rows == [("jan@example.com", "€ 5 – Zoë")]


def test_windows_1252_that_shows_only_far_into_the_file(reading):
    got = reading(b"a,b\n" + b"plain,row\n" * 200_000 + b"caf\xe9,\x80\n")
    assert got.head.encoding == "utf-8"
    assert got.rows[-1] == ("café", "€")
    assert got.raw.rows_read == 200_001


def test_text_of_two_encodings_is_an_error_not_a_guess(tmp_path):
    assert "neither all UTF-8 nor all Windows-1252" in error(tmp_path, "a\ncafé\n".encode() + b"caf\xe9\n")


def test_utf8_cut_off_within_a_character_is_an_error(tmp_path):
    assert "download the export again" in error(tmp_path, "a\ncafé\ncafé".encode()[:-1])


@pytest.mark.parametrize("data", [b"a\nb\x81c\n", "\ufeffa\nb".encode() + b"\xe9\n", "\ufeffa\nbc".encode("utf-16-le") + b"x"])
def test_undecodable_bytes_are_an_error(tmp_path, data):
    assert "not text in its encoding" in error(tmp_path, data)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_that_of_the_header(reading, delimiter):
    got = reading(f'a{delimiter}"b,;c"{delimiter}d\n1{delimiter}2{delimiter}3\n')
    assert (got.head.delimiter, got.raw.columns, got.rows) == (delimiter, ("a", "b,;c", "d"), [("1", "2", "3")])


def test_the_delimiter_is_not_that_of_the_data(reading):
    got = reading("a;b\n1,2,3;4,5,6\n")
    assert got.rows == [("1,2,3", "4,5,6")]


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"'])
def test_a_sep_line_is_honoured(reading, line):
    got = reading(f"{line}\r\na,b;c\r\n1;2\r\n")
    assert (got.raw.columns, got.rows, got.head.header_row) == (("a,b", "c"), [("1", "2")], 2)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("end", ["", "newline"])
def test_newlines_of_every_kind_with_and_without_the_last(reading, newline, end):
    got = reading(newline.join(["a,b", "1,2", '3,"4"']) + (newline if end else ""))
    assert got.rows == [("1", "2"), ("3", "4")]
    assert got.raw.excluded == {}


def test_mixed_newlines_and_newlines_in_quotes(reading):
    got = reading('a,b\r\n1,"x\ny"\n2,"x\r\ny"\r3,z\n')
    assert got.rows == [("1", "x\ny"), ("2", "x\r\ny"), ("3", "z")]


def test_doubled_quotes_and_csv_in_csv(reading):
    got = reading('TAGS,b\n"""VIP"",""Dealer, NL""",""\n"""",x\n')
    assert got.rows == [('"VIP","Dealer, NL"', ""), ('"', "x")]


def test_quotes_in_the_middle_of_a_field_are_text(reading):
    got = reading('a,b\n5" screen,1\nx"y"z,2\n"p"q,3\n"r,s",4\n')
    assert got.rows == [('5" screen', "1"), ('x"y"z', "2"), ("pq", "3"), ("r,s", "4")]


def test_backslash_escapes_where_the_file_uses_them(reading):
    got = reading('a,b\n"Jan \\"Jaap\\" Jansen",1\n"Dealer\\, NL",C:\\temp\n"x\\\\",2\n')
    assert got.rows == [('Jan "Jaap" Jansen', "1"), ("Dealer, NL", "C:\\temp"), ("x\\", "2")]


def test_a_comma_escaped_without_quotes(reading):
    got = reading("name,city\nBerg\\, Jan,Utrecht\nPiet,Ede\n")
    assert got.rows == [("Berg, Jan", "Utrecht"), ("Piet", "Ede")]
    assert got.raw.rejected == ()


def test_backslashes_in_a_file_that_does_not_escape_stay(reading):
    got = reading('a,b\n"C:\\",C:\\temp\\\n"x\\, y",1\n')
    assert got.rows == [("C:\\", "C:\\temp\\"), ("x\\, y", "1")]


def test_backslashes_are_no_escapes_when_that_makes_more_rows_misfit(reading):
    got = reading("a,b\nC:\\,1\nD:\\,2\n1,2,3\n")
    assert got.rows == [("C:\\", "1"), ("D:\\", "2")]
    assert got.raw.rejected == ((3, "too many columns"),)


def test_duplicate_empty_and_reserved_headers_get_names_of_their_own(reading):
    got = reading("Notes,Notes,,email,EMAIL,row, \n1,2,3,4,5,6,7\n")
    assert got.raw.columns == ("Notes", "Notes (2)", "(unnamed 3)", "email", "EMAIL (2)", "row (2)", "(unnamed 7)")
    assert got.rows == [tuple("1234567")]


def test_a_header_over_several_lines(reading):
    got = reading('"First\nname",Notes,Notes\na,b,c\nx\n\nd,e,f\n')
    assert got.raw.columns == ("First\nname", "Notes", "Notes (2)")
    assert (got.numbers, got.raw.rejected, got.raw.excluded) == ([1, 3], ((2, "too few columns"),), {"blank line": 1})


def test_ragged_rows_are_rejected_by_number_and_blank_lines_have_none(reading):
    got = reading("a,b\n1,2\n\n3\n4,5\r\n\r\n6,7,8\n9,\n")
    assert got.numbers == [1, 3, 5]
    assert got.raw.rejected == ((2, "too few columns"), (4, "too many columns"))
    assert got.raw.excluded == {"blank line": 2}
    assert got.raw.rows_read == 7


def test_rows_of_delimiters_only_are_rows(reading):
    assert reading("a,b\n,\n1,2\n").rows == [("", ""), ("1", "2")]


def test_row_numbers_are_exact_across_blocks(reading):
    rng = random.Random(4)
    kinds = [rng.random() for _ in range(150_000)]
    lines = ["x" if kind < 0.001 else f'{number},"{"y" * 40}\n"' for number, kind in enumerate(kinds, 1)]
    got = reading("n,t\n" + "\n".join(lines) + "\n")
    assert got.numbers == [int(value) for value in got.columns["n"]]
    assert got.raw.rejected == tuple((number, "too few columns") for number, kind in enumerate(kinds, 1) if kind < 0.001)


def test_a_first_block_of_rejected_rows_only(reading):
    got = reading("a,b\n" + f"{'x' * 60}\n" * 100_000 + "1,2\n")
    assert (got.numbers, len(got.raw.rejected)) == ([100_001], 100_000)


@pytest.mark.parametrize("data", ["a,b", "a,b\n", "a,b\r\n", "\ufeffa,b\n"])
def test_a_header_alone_has_no_rows(reading, data):
    got = reading(data)
    assert (got.raw.columns, got.raw.rows_read, got.rows) == (("a", "b"), 0, [])


def test_a_single_column(reading):
    got = reading('email\njan@example.com\n""\n\npiet@example.com')
    assert got.columns == {"email": ["jan@example.com", "", "piet@example.com"]}
    assert got.raw.excluded == {"blank line": 1}


def test_a_hash_in_the_data_or_in_a_header_is_no_comment(reading):
    assert reading("Name,Total\n#1001,89\n#1002,5\n").rows == [("#1001", "89"), ("#1002", "5")]
    assert reading("#,Name\n1,Jan\n").raw.columns == ("#", "Name")
    assert reading("# Orders;Name\n3;Jan\n").raw.columns == ("# Orders", "Name")


GOOGLE = """# ----------------------------------------
# Alle gegevens webshop
# 20220101-20221231
# ----------------------------------------

Pagina,Paginaweergaven,Gem. tijd op pagina
/bedankt?email=jan%40example.com,1.204,"00:00:31"
/webshop,998,"00:01:02"
,2.202,"00:00:44"

Dagindex,Weergaven
01-01-2022,3
02-01-2022,4
"""


def test_a_google_analytics_export_ends_at_its_second_table(reading):
    got = reading(GOOGLE)
    assert got.head.preamble[1:3] == ("# Alle gegevens webshop", "# 20220101-20221231")
    assert (got.head.header_row, got.raw.columns[0]) == (6, "Pagina")
    assert [row[1] for row in got.rows] == ["1.204", "998", "2.202"]  # the totals stay: the contract names them
    assert got.raw.excluded == {"blank line": 1, "second table": 3}
    assert got.raw.rows_read == 7


def test_a_google_analytics_export_of_one_table(reading):
    got = reading("# Start date: 20260910\n# End date: 20261007\nPage,Users\n/,3\n\n")
    assert (got.head.preamble, got.rows) == (("# Start date: 20260910", "# End date: 20261007"), [("/", "3")])
    assert got.raw.excluded == {"blank line": 1}


def test_without_a_preamble_a_blank_line_ends_nothing(reading):
    assert reading("a,b\n1,2\n\n3,4\n").rows == [("1", "2"), ("3", "4")]


@pytest.mark.parametrize("data", ["a,b\n1,2\n3", "a,b\n1,2\n3,4\n5"])
def test_a_last_record_without_its_columns_is_cut_off(tmp_path, data):
    assert "last record is incomplete" in error(tmp_path, data)


@pytest.mark.parametrize(
    "data",
    ['a,b\n1,"x\n2,y\n3,z\n', 'a,b\n1,2\n3,"', 'a,b\n1,"x\n2,"y"\n3,z\n', 'a,b\n1,"x\n2,y\n"3",z\n', 'a,b\n5" s,"x\n2,y\n'],
    ids=["to the end", "at the end", "to the next quote", "to the next first quote", "after a stray quote"],
)
def test_a_quote_that_swallows_rows_is_an_error(tmp_path, data):
    message = error(tmp_path, data)
    assert "a quote that is opened" in message
    assert "rows run together" in message


def test_an_open_quote_says_in_which_row(tmp_path):
    assert "in row 2" in error(tmp_path, 'a,b\n1,2\n3,"4\n5,6\n')


@pytest.mark.parametrize("data", ["\n\n", "# only a preamble\n# nothing else\n", "\ufeff"])
def test_no_header_is_an_error(tmp_path, data):
    assert "no header row" in error(tmp_path, data)


def test_no_message_holds_a_value(tmp_path):
    secret = "geheim@voorbeeld.nl"
    for data in (f'a,b\n1,"{secret}\n', f"a,b\n1,2\n{secret}", f"{secret},b\n".encode() + b"\x81\n"):
        assert secret not in error(tmp_path, data)


def test_a_file_that_changes_while_it_is_read(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n")
    file = find(tmp_path)[0][0]
    head = peek(file)
    path.write_text("c,d\n1,2\n")
    with pytest.raises(SourceError, match="changed while it was read"):
        read(file, head, {}, tmp_path / "out.pq")


def test_a_row_longer_than_a_block(reading):
    long = "x" * (9 << 20)
    assert reading(f'a,b\n1,2\n"{long}",3\n4,5\n').rows == [("1", "2"), (long, "3"), ("4", "5")]


def test_excel_bytes_in_a_csv_are_an_error(tmp_path):
    assert "not text" in error(tmp_path, b"a\0b\0,\0\n")


def chunked(data: bytes, size: int):
    return (data[at : at + size] for at in range(0, len(data), size))


def test_both_counters_agree_with_python_at_every_chunk_size():
    pieces = ['"', '""', ",", "\n", "\r\n", "\r", "a", '"b"', '"c\nd"', "5"]
    rng = random.Random(7)
    checked = 0
    for _ in range(3000):
        data = "".join(rng.choices(pieces, k=rng.randrange(1, 12))).encode()
        whole = count_regular([data], ",")
        sizes = [count_regular(chunked(data, size), ",") for size in (1, 2, 3)]
        assert all((count.is_regular, count.is_open) == (whole.is_regular, whole.is_open) for count in sizes if whole.is_regular)
        by_line = [count_by_line(chunked(data, size), ",") for size in (1, 2, 100)]
        assert by_line[0] == by_line[1] == by_line[2]
        if not whole.is_regular or whole.is_open or by_line[0] is None:
            continue
        checked += 1
        rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
        expected = (sum(bool(row) for row in rows), sum(not row for row in rows))
        for count in (whole, *sizes, by_line[0]):
            assert (count.records, count.blanks) == expected, data
            assert (count.first_blank, count.is_ended) == (whole.first_blank, whole.is_ended), data
            assert abs(count.longest - whole.longest) <= 2, data  # with or without the newline
    assert checked > 500


def test_the_reader_agrees_with_python_on_random_files(tmp_path):
    rng = random.Random(11)
    cells = ["", "a", '"b"', '"c\nd"', '"e,f"', '"g""h"', 'i"j', " k"]
    for _ in range(100):
        lines = [",".join(rng.choices(cells, k=rng.choice([2, 2, 2, 2, 1, 3]))) for _ in range(rng.randrange(1, 9))]
        data = "x,y\n" + "".join(line + rng.choice(["\n", "\r\n", "\r"]) for line in lines)
        got = Read(tmp_path, data)
        expected = [row for row in csv.reader(io.StringIO(data, newline="")) if row][1:]
        assert got.rows == [tuple(row) for row in expected if len(row) == 2]
        assert got.numbers == [number for number, row in enumerate(expected, 1) if len(row) == 2]
        assert [number for number, _ in got.raw.rejected] == [number for number, row in enumerate(expected, 1) if len(row) != 2]


@pytest.mark.skipif(not EXPORTS.exists(), reason="the shared sample exports are not beside this checkout")
def test_every_shared_sample_export_reconciles(tmp_path):
    files = [file for file in find(EXPORTS)[0] if file.name.endswith(".csv")]
    assert len(files) > 30
    for file in files:
        raw = read(file, peek(file), {}, tmp_path / "out.pq")
        with file.path.open(newline="", encoding="utf-8-sig") as handle:
            expected = [row for row in csv.reader(handle) if row][1:]
        assert (raw.rows_read, raw.rows_staged, raw.rejected) == (len(expected), len(expected), ()), file.name
        staged = pq.read_table(raw.path).drop_columns(["row"])
        assert list(map(tuple, expected)) == list(zip(*staged.to_pydict().values(), strict=True)), file.name


def test_memory_stays_bounded(tmp_path):
    resource = pytest.importorskip("resource")
    rows = (f'user{number}@example.com,Jan,"line\nbreak {number}"\n' for number in range(400_000))
    with (tmp_path / "big.csv").open("w") as out:
        out.writelines(itertools.chain(["email,name,notes\n"], rows))
    file = find(tmp_path)[0][0]
    head = peek(file)
    read(file, head, {}, tmp_path / "warm.pq")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    raw = read(file, head, {}, tmp_path / "out.pq")
    assert raw.rows_staged == 400_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000
