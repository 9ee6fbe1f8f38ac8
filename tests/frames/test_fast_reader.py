"""What strict ``pyarrow.json`` accepts or misreads, and that frames do not.

Tests named ``test_pyarrow_…`` pin the behaviour of pyarrow: when a release fixes it, the check for it can be removed.
"""

from __future__ import annotations

import io
import subprocess
import sys

import pyarrow as pa
import pytest
from pyarrow import json as arrow_json

from each_case import each_case
from pb2b_notebook.errors import NotJSONError, ProtocolError
from pb2b_notebook.frames import Decoder, frame_schema
from pb2b_notebook.frames.schema import arrow_type
from pb2b_notebook.openapi.operations import Field

HOLES = [
    # kind, JSON, what pyarrow makes of it, what a frame holds, what goes to unparsed
    ("number", "9007199254740993", 9007199254740992.0, None, '{"x":9007199254740993}'),
    ("number", "123456789012345678901234567890", 1.2345678901234568e29, None, '{"x":123456789012345678901234567890}'),
    ("datetime", '"2026-03-10T12:00:00"', "2026-03-10 12:00:00.000000Z", None, '{"x":"2026-03-10T12:00:00"}'),
    ("datetime", '"2026-03-10"', "2026-03-10 00:00:00.000000Z", None, '{"x":"2026-03-10"}'),
    ("date", "1", "1970-01-02", None, '{"x":1}'),
    ("date", "20260310", "<value out of range: 20260310>", None, '{"x":20260310}'),
]
REFUSED = [
    # kind, JSON, what a frame holds, what goes to unparsed: pyarrow refuses these, and the exact reader decides
    ("integer", "12.7", None, '{"x":12.7}'),
    ("integer", "12.0", 12, None),
    ("integer", "true", None, '{"x":true}'),
    ("integer", '"5"', None, '{"x":"5"}'),
    ("integer", "9223372036854775808", None, '{"x":9223372036854775808}'),
    ("number", "1e400", None, '{"x":1e400}'),
    ("number", "true", None, '{"x":true}'),
    ("number", '"1.5"', None, '{"x":"1.5"}'),
    ("boolean", "1", None, '{"x":1}'),
    ("boolean", '"true"', None, '{"x":"true"}'),
    ("text", "5", None, '{"x":5}'),
    ("text", r'"\ud800"', None, r'{"x":"\ud800"}'),
    ("text", r'"\ud83d\ude00\u0000"', "😀\0", None),
    ("datetime", '"2026-03-10T12:00:00.123456789Z"', None, '{"x":"2026-03-10T12:00:00.123456789Z"}'),
    ("datetime", '"2026-03-10T12:00:00.123456000Z"', "2026-03-10 12:00:00.123456+00:00", None),
    ("datetime", '"2026-03-10T12:00:00z"', "2026-03-10 12:00:00+00:00", None),
    ("datetime", '"2026-03-10T14:00:00+02:00"', "2026-03-10 12:00:00+00:00", None),
    ("datetime", '"2026-02-30T12:00:00Z"', None, '{"x":"2026-02-30T12:00:00Z"}'),
    ("datetime", '"2026-03-10T12:00:60Z"', None, '{"x":"2026-03-10T12:00:60Z"}'),
    ("datetime", '"0000-01-01T00:00:00Z"', None, '{"x":"0000-01-01T00:00:00Z"}'),
    ("datetime", '"9999-12-31T23:59:59-01:00"', None, '{"x":"9999-12-31T23:59:59-01:00"}'),
    ("datetime", '"0001-01-01T00:00:00Z"', "0001-01-01 00:00:00+00:00", None),
    ("datetime", "1773144000", None, '{"x":1773144000}'),
    ("date", '"0000-01-01"', None, '{"x":"0000-01-01"}'),
    ("date", '"2026-03-10T00:00:00Z"', None, '{"x":"2026-03-10T00:00:00Z"}'),
    ("texts", '["a",5]', None, '{"x":["a",5]}'),
    ("texts", '"a"', None, '{"x":"a"}'),
    ("json", r'{"a":"\ud800"}', None, r'{"x":{"a":"\ud800"}}'),
    ("json", "[1e400]", None, '{"x":[1e400]}'),
]  # fmt: skip


def by_pyarrow(kind, line):
    schema = pa.schema([("x", arrow_type(kind))])
    options = arrow_json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error")
    return arrow_json.read_json(io.BytesIO(line), parse_options=options).column("x")


def row_of(kind, value):
    decoder = Decoder(frame_schema([Field("x", kind)]))
    decoder.add([b'{"x":%s}' % value.encode()])
    return decoder.table().to_pylist()[0]


@pytest.mark.parametrize(("kind", "value", "wrong", "_held", "_left"), HOLES)
def test_pyarrow_accepts_or_misreads_the_value(kind, value, wrong, _held, _left):
    column = by_pyarrow(kind, b'{"x":%s}' % value.encode())
    shown = column[0].as_py() if kind == "number" else str(column.cast("string")[0])
    assert shown == wrong


@each_case(
    ("kind", "value", "held", "left"), [(kind, value, held, left) for kind, value, _, held, left in HOLES] + REFUSED
)
def test_a_frame_holds_the_value_or_keeps_it_in_unparsed(kind, value, held, left):
    row = row_of(kind, value)
    assert (str(row["x"]) if kind in {"datetime", "date"} and held else row["x"]) == held
    assert row.get("unparsed") == left


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_pyarrow_accepts_nan_and_infinity(value):
    assert by_pyarrow("number", b'{"x":%s}' % value.encode()).type == pa.float64()
    for kind in ("number", "integer", "text", "json"):
        with pytest.raises(NotJSONError):
            row_of(kind, value)
        with pytest.raises(NotJSONError):
            row_of("json", f'{{"a":[{value}]}}')


def test_pyarrow_accepts_bytes_that_are_not_utf8():
    line = b'{"x":"\xff"}'
    by_pyarrow("text", line).validate()  # only a full validation sees it
    for kind in ("text", "json", "integer"):
        decoder = Decoder(frame_schema([Field("x", kind)]))
        with pytest.raises(NotJSONError):
            decoder.page([line])


def test_pyarrow_accepts_two_records_in_one_element_and_null():
    assert by_pyarrow("integer", b'{"x":1}{"x":2}').to_pylist() == [1, 2]
    assert by_pyarrow("integer", b'{"x":1}\nnull').to_pylist() == [1, None]
    for second in (b'{"x":1}{"x":2}', b"null", b'{"x":1},{"x":2}'):
        decoder = Decoder(frame_schema([Field("x", "integer")]))
        with pytest.raises(ProtocolError):
            decoder.page([b'{"x":1}', second])


def test_a_null_record_that_crashes_pyarrow_is_an_error_here():
    program = (
        "from pb2b_notebook.openapi.operations import Field\n"
        "from pb2b_notebook.errors import ProtocolError\n"
        "from pb2b_notebook.frames import Decoder, frame_schema\n"
        "for records in ([b'null'], [b'null', b'{}'], [b' null']):\n"
        "    try:\n"
        "        Decoder(frame_schema([Field('x', 'integer')])).page(records)\n"
        "    except ProtocolError:\n"
        "        print('refused')\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "refused\n" * 3)


@each_case(
    "record",
    [
        b'{"x":1,"x":1}', rb'{"x":1,"\u0078":1}', b'{"meta":{"a":1,"a":1}}', b'{"meta":[{"b":{"a":1,"a":null}}]}',
        b'{"meta":1,"meta":1}', b'{"new":{"a":1,"a":1}}', b'{"custom_fields":{"a":1,"a":1}}',
        b'{"replies":[{"body":"a","body":"a"}]}',
    ],
)  # fmt: skip
def test_both_readers_refuse_duplicate_keys_at_any_depth(record):
    fields = [
        Field("x", "integer"),
        Field("meta", "json"),
        Field("custom_fields", "custom"),
        Field("replies", "records", (Field("body", "text"),)),
    ]
    for before in ([], [b'{"new":{"k":"v"},"x":"odd","custom_fields":{"a":"odd"}}'], [b'{"x":1}'] * 300):
        decoder = Decoder(frame_schema(fields, {"a": "number"}))
        decoder.page(before)
        with pytest.raises(NotJSONError, match="twice"):
            decoder.page([record])


def test_records_that_span_lines_are_read():
    decoder = Decoder(frame_schema([Field("x", "integer"), Field("name", "text")]))
    decoder.add([b'{\r\n\t"x": 1,\n "name": "a\\nb"\n}', b'{"x":2}'])
    assert decoder.table().to_pylist() == [{"x": 1, "name": "a\nb"}, {"x": 2, "name": None}]


@pytest.mark.parametrize("kind", ["integer", "json"])
def test_deep_nesting_is_an_error_and_not_a_crash(kind):
    for opened, closed in ((b"[", b"]"), (b'{"a":', b"}")):
        record = b'{"x":' + opened * 100_000 + b"1" + closed * 100_000 + b"}"
        with pytest.raises(ProtocolError, match="deep"):
            Decoder(frame_schema([Field("x", kind)])).page([record])


LATE = [b'{"id":"c","x":1,"custom_fields":{"y":"b"}}', b'{"id":"c","x":true,"z":1}', b'{"x":null}', b"{}"]


@each_case("late", LATE)
def test_a_column_that_the_first_records_lack_is_read_where_a_record_has_it(late):
    """The reader leaves out columns that no record of the first batch names."""
    pages = [[b'{"id":"a"}', b'{"id":"b","w":null}'], [b'{"id":"b"}'], [late, b'{"id":"d"}'], [b'{"id":"e","x":2}']]
    fields = [Field("id", "text"), Field("w", "datetime"), Field("x", "integer"), Field("custom_fields", "custom")]
    schema = frame_schema(fields, {"y": "text"})
    by_page, at_once = Decoder(schema), Decoder(schema)
    for page in pages:
        by_page.add(page)
        by_page.decode_collected()
    at_once.add([record for page in pages for record in page])
    assert by_page.table().to_pylist() == at_once.table().to_pylist()
    assert by_page.table().schema == at_once.table().schema
    assert by_page.drift == at_once.drift


def test_one_unusual_record_does_not_affect_the_others():
    decoder = Decoder(frame_schema([Field("x", "integer")]))
    expected = list(range(5000))
    records = [b'{"x":%d}' % i for i in expected]
    records[1234] = b'{"x":"odd","new":"y"}'
    expected[1234] = None
    decoder.add(records)
    table = decoder.table()
    assert table.column("x").to_pylist() == expected
    assert table.column("unparsed").drop_null().to_pylist() == ['{"x":"odd"}']
    assert table.column("new").drop_null().to_pylist() == ["y"]


def test_the_number_of_columns_of_unknown_fields_is_limited():
    decoder = Decoder(frame_schema([Field("x", "integer")]))
    decoder.add([b'{"k%d":1}' % i for i in range(1000)])
    table = decoder.table()
    assert table.num_columns == 1 + 256 + 1
    assert table.column("unparsed").null_count == 256
    assert len(decoder.drift) <= 257
