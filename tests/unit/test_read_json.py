"""NDJSON and JSON: every record with declared nesting, every leaf as it was written, nothing lost on the way."""

import json
import random
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from houdbaar.errors import ContractError, SourceError
from houdbaar.exports.files import find
from houdbaar.exports.head import peek
from houdbaar.exports.json_values import dumps, loads
from houdbaar.exports.read import Raw, read
from houdbaar.exports.read.json_count import count_brackets
from houdbaar.exports.read.shape import parse_structure

EXPORTS = Path(__file__).parents[3] / "shared" / "exports"
PARAMS = "STRUCT(key VARCHAR, value STRUCT(string_value VARCHAR, int_value VARCHAR))[]"


class Read:
    """A file read: what the reader says, and the rows it staged."""

    def __init__(self, folder: Path, data: bytes | str, structure: dict[str, str], name: str) -> None:
        (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
        file = next(file for file in find(folder)[0] if file.name == name)
        self.head = peek(file)
        self.raw: Raw = read(file, self.head, structure, folder / "out.pq")
        rows = pq.read_table(self.raw.path).to_pylist()
        self.numbers = [row.pop("row") for row in rows]
        self.rows = rows
        assert self.raw.rows_staged == len(rows)
        assert self.raw.rows_read == self.raw.rows_staged + len(self.raw.rejected) + sum(self.raw.excluded.values())


@pytest.fixture
def reading(tmp_path):
    return lambda data, structure, name="a.ndjson": Read(tmp_path, data, structure, name)


def error(tmp_path: Path, data: bytes | str, name: str = "a.ndjson") -> str:
    with pytest.raises(SourceError) as caught:
        Read(tmp_path, data, {"a": "VARCHAR"}, name)
    assert not list(tmp_path.glob("out*"))
    return str(caught.value)


def test_numbers_keep_every_digit_quoted_or_not(reading):
    got = reading(
        '{"a":"9007199254740993"}\n{"a":9007199254740993}\n{"a":18446744073709551000123}\n{"a":0.1000}\n{"a":1E5}\n', {"a": "VARCHAR"}
    )
    assert [row["a"] for row in got.rows] == ["9007199254740993", "9007199254740993", "18446744073709551000123", "0.1000", "1E5"]


def test_leaves_of_every_kind_are_text(reading):
    values = [
        "true",
        "false",
        "null",
        '""',
        '"\\u003cb\\u003e \\u20ac"',
        '{"x": [1, "1", null, true]}',
        "[]",
        "-0",
        "NaN",
        '"\\ud83d\\ude00"',
    ]
    got = reading("".join(f'{{"a":{value}}}\n' for value in values), {"a": "VARCHAR"})
    assert [row["a"] for row in got.rows] == ["true", "false", None, "", "<b> €", '{"x":[1,"1",null,true]}', "[]", "-0", "NaN", "😀"]


def test_nested_values_follow_the_structure(reading):
    line = '{"p":[{"key":"page","value":{"string_value":"https://shop.example.com"}},{"key":"n","value":{"int_value":"5"}}],"e":{},"g":{"c":"NL"}}'
    structure = {"p": PARAMS, "e": "STRUCT(id VARCHAR)", "g": "STRUCT(c VARCHAR)", "absent": PARAMS, "tags": "VARCHAR[]"}
    got = reading(line + '\n{"p":[],"g":null,"tags":["a",null,1]}\n', structure)
    first, second = got.rows
    assert first["p"] == [
        {"key": "page", "value": {"string_value": "https://shop.example.com", "int_value": None}},
        {"key": "n", "value": {"string_value": None, "int_value": "5"}},
    ]
    assert (first["e"], first["g"], first["absent"]) == ({"id": None}, {"c": "NL"}, None)
    assert second == {"p": [], "e": None, "g": None, "absent": None, "tags": ["a", None, "1"]}


def test_names_outside_the_structure_are_collected_without_values(reading):
    lines = '{"a":"1","b":2}\n{"g":{"c":"NL","city":"Ede"},"p":[{"key":"k","extra":{"x":1}}]}\n'
    got = reading(lines, {"a": "VARCHAR", "g": "STRUCT(c VARCHAR)", "p": PARAMS})
    assert got.raw.unknown == ("b", "g.city", "p.extra")
    assert got.raw.columns == ("a", "g", "p")


def test_data_used_as_keys_does_not_flood_the_names(reading):
    lines = "".join(json.dumps({f"user{number}": 1, "a": "x"}) + "\n" for number in range(5000))
    assert len(reading(lines, {"a": "VARCHAR"}).raw.unknown) == 1000


def test_invalid_lines_are_rejected_by_number_and_blank_ones_have_none(reading):
    got = reading('{"a":1}\n\n{bad}\n{"a":2}\r\n  \n[1]\n5\n{"a":3}x\n{"a":\n{"a":4}', {"a": "VARCHAR"})
    assert got.numbers == [1, 3, 8]
    assert got.raw.rejected == (
        (2, "invalid JSON"),
        (4, "not an object"),
        (5, "not an object"),
        (6, "invalid JSON"),
        (7, "invalid JSON"),
    )
    assert got.raw.excluded == {"blank line": 2}
    assert got.raw.rows_read == 10


def test_values_of_another_shape_are_rejected_not_lost(reading):
    lines = '{"p":[{"key":"a"}]}\n{"p":"text"}\n{"p":{"key":"a"}}\n{"p":[1]}\n{"p":[{"value":[5]}]}\n{"p":[{"value":[]}]}\n'
    got = reading(lines, {"p": PARAMS})
    assert got.raw.rejected == tuple((number, "unexpected nesting") for number in (2, 3, 4, 5))
    assert got.rows[1] == {"p": [{"key": None, "value": None}]}


def test_half_a_surrogate_pair_is_no_text(reading):
    got = reading('{"a":"\\ud800"}\n{"a":"x"}\n', {"a": "VARCHAR"})
    assert (got.raw.rejected, got.numbers) == (((1, "invalid JSON"),), [2])


def test_nesting_without_end_is_rejected(reading):
    got = reading('{"a":' + "[" * 100_000 + "]" * 100_000 + '}\n{"a":1}\n', {"a": "VARCHAR"})
    assert got.raw.rejected == ((1, "invalid JSON"),)


@pytest.mark.parametrize("tail", ['{"a":2', '{"a":"x', '{"a":{"b":1}', '{"a":"\\', '{"a":2\n\n'])
def test_a_last_line_that_is_cut_off_is_an_error(tmp_path, tail):
    assert "last record is incomplete" in error(tmp_path, '{"a":1}\n' + tail)


def test_a_last_line_without_newline_is_fine(reading):
    assert reading('{"a":1}\n{"a":2}', {"a": "VARCHAR"}).numbers == [1, 2]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings(reading, encoding):
    got = reading('{"a":"café €"}\r\n'.encode(encoding), {"a": "VARCHAR"})
    assert got.rows == [{"a": "café €"}]


RECORDS = [{"a": "1", "b": {"c": 5}}, {"a": "x]},{", "b": None}, {"a": 'q"\\'}]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("count", [0, 1, 3])
def test_an_array_of_objects(reading, indent, count):
    got = reading(json.dumps(RECORDS[:count], indent=indent) + "\n", {"a": "VARCHAR"}, "a.json")
    assert (got.head.format, got.numbers) == ("json", list(range(1, count + 1)))
    assert [row["a"] for row in got.rows] == [record["a"] for record in RECORDS[:count]]


def test_an_array_with_other_things_in_it(reading):
    got = reading('[{"a":1}, 5, "x", null, [1,2], {"a":2}]', {"a": "VARCHAR"}, "a.json")
    assert got.numbers == [1, 6]
    assert got.raw.rejected == tuple((number, "not an object") for number in (2, 3, 4, 5))


@pytest.mark.parametrize("name", ["a.json", "a.ndjson"])
def test_one_object_a_line_is_read_by_line_whatever_the_name(reading, name):
    got = reading("{bad\n" + "".join(json.dumps(record) + "\n" for record in RECORDS), {"a": "VARCHAR"}, name)
    assert (got.head.format, got.numbers, got.raw.rejected) == ("ndjson", [2, 3, 4], ((1, "invalid JSON"),))


def test_pretty_printed_objects_one_after_another(reading):
    got = reading("\n".join(json.dumps(record, indent=2) for record in RECORDS), {"a": "VARCHAR", "b": "STRUCT(c VARCHAR)"}, "a.json")
    assert (got.head.format, got.head.columns, got.numbers) == ("json", ("a", "b"), [1, 2, 3])


@pytest.mark.parametrize("indent", [None, 1])
def test_the_one_list_in_an_answer_of_an_api(reading, indent):
    answer = {"members": RECORDS, "list_id": "L1", "total_items": 3, "_links": [{"rel": "self"}]}
    got = reading(json.dumps(answer, indent=indent), {"a": "VARCHAR"}, "a.json")
    assert (got.head.columns, got.numbers) == (("a", "b"), [1, 2, 3])


def test_a_record_with_a_list_of_its_own_is_a_record(reading):
    record = {"campaign_id": "c", "email_id": "m", "activity": [{"action": "open"}]}
    got = reading(json.dumps(record), {"campaign_id": "VARCHAR", "activity": "STRUCT(action VARCHAR)[]"}, "a.json")
    assert got.rows == [{"campaign_id": "c", "activity": [{"action": "open"}]}]


@pytest.mark.parametrize("cut", ["[", '[{"a":1}', '[{"a":1},', '[{"a":1},{"a":', '{"members":[{"a":1}', '{\n"a": 1'])
def test_cut_off_json_is_an_error(tmp_path, cut):
    assert "last record is incomplete" in error(tmp_path, cut, "a.json")


@pytest.mark.parametrize("data", ['[{"a":1},]', '[{"a":1} {"a":2}]', "[{'a':1}]", '[{"a":1}] extra', '{\n"a":1}}', "[,]"])
def test_invalid_json_is_an_error_without_its_text(tmp_path, data):
    message = error(tmp_path, data, "a.json")
    assert "JSON" in message
    assert data not in message


def test_what_is_no_json_at_all(tmp_path):
    assert "not JSON" in error(tmp_path, "hello", "a.json")


def test_big_files_come_in_batches_with_the_right_numbers(tmp_path):
    rng = random.Random(3)
    bad = set(rng.sample(range(1, 30_001), 40))
    lines = ["oops" if number in bad else json.dumps({"a": str(number), "pad": "x" * rng.randrange(400)}) for number in range(1, 30_001)]
    for data, name in (("\n".join(lines), "a.ndjson"), ("[" + ",".join(line for line in lines if line != "oops") + "]", "a.json")):
        got = Read(tmp_path, data, {"a": "VARCHAR"}, name)
        if name == "a.ndjson":
            assert got.numbers == [int(row["a"]) for row in got.rows]
            assert got.raw.rejected == tuple((number, "invalid JSON") for number in sorted(bad))
        else:
            assert (got.raw.rows_read, got.numbers) == (30_000 - len(bad), list(range(1, 30_001 - len(bad))))


@pytest.mark.parametrize(
    "kind", ["BIGINT", "STRUCT(a)", "STRUCT(a VARCHAR", "VARCHAR[", "", "MAP(VARCHAR, VARCHAR)", "VARCHAR x", "STRUCT(a VARCHAR) drop"]
)
def test_a_structure_that_cannot_be_used_is_a_contract_error(kind):
    with pytest.raises(ContractError, match="structure"):
        parse_structure({"a": kind})


def test_quoted_names_in_a_structure(reading):
    got = reading('{"p":{"a b":"1","c\\"d":"2","values":"3"}}\n', {"p": 'STRUCT("a b" VARCHAR, "c""d" VARCHAR, "values" varchar)'})
    assert got.rows == [{"p": {"a b": "1", 'c"d': "2", "values": "3"}}]


def test_brackets_are_counted_right_at_every_chunk_size():
    rng = random.Random(5)
    for _ in range(100):
        elements = [rng.choice([{"a": 'x"\\'}, {}, [1, [2]], "],[", 5, None, {"b": {"c": [{}, {}]}}]) for _ in range(rng.randrange(5))]
        array = json.dumps(elements).encode()
        objects = b"\n".join(json.dumps({"v": element}).encode() for element in elements)
        for size in (1, 2, 3, 1000):
            brackets = count_brackets(array[at : at + size] for at in range(0, len(array), size))
            assert (brackets.elements, brackets.is_unclosed) == (len(elements), False)
            assert count_brackets(objects[at : at + size] for at in range(0, len(objects), size)).objects == len(elements)
        assert not array[:-1] or count_brackets([array[:-1]]).is_unclosed


def test_json_text_comes_back_as_it_was():
    text = '{"a":[1.50,"1.50",true,null,{"é":"\\"\\n"}],"b":{}}'
    assert dumps(loads(text)) == text


@pytest.mark.skipif(not EXPORTS.exists(), reason="the shared sample exports are not beside this checkout")
def test_the_shared_google_event(tmp_path):
    file = next(file for file in find(EXPORTS)[0] if file.name.endswith(".ndjson"))
    raw = read(file, peek(file), {"event_timestamp": "VARCHAR", "event_params": PARAMS}, tmp_path / "out.pq")
    (row,) = pq.read_table(raw.path).to_pylist()
    assert (raw.rows_read, row["event_timestamp"]) == (1, "1611798022695757")
    assert {"key": "debug_mode", "value": {"string_value": None, "int_value": "1"}} in row["event_params"]
    assert "geo" in raw.unknown
