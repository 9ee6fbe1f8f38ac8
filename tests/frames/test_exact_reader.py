"""Both readers give the same frame for any JSON, lose nothing, and raise only typed errors."""

from __future__ import annotations

import datetime as dt
import json
import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pb2b_notebook.errors import ProtocolError
from pb2b_notebook.frames import Decoder, frame_schema, to_frame
from pb2b_notebook.frames.exact_reader import ExactReader
from pb2b_notebook.frames.extraction import RefusedError
from pb2b_notebook.frames.fast_reader import BulkReader
from pb2b_notebook.frames.schema import column_name
from pb2b_notebook.openapi.operations import Field

FIELDS = [
    Field("id", "text"),
    Field("score", "integer"),
    Field("rate", "number"),
    Field("on", "boolean"),
    Field("at", "datetime"),
    Field("due", "date"),
    Field("tags", "texts"),
    Field("meta", "json"),
    Field("usage", "record", (Field("sent", "integer"), Field("ends", "datetime"))),
    Field("replies", "records", (Field("body", "text"), Field("stars", "number"), Field("at", "datetime"))),
    Field("run", "record", (Field("day", "date"), Field("notes", "texts"))),
    Field("custom_fields", "custom"),
]
CUSTOM = {"budget": "number", "vip": "boolean", "renewal": "date", "many": "multi_select"}
SCHEMA = frame_schema(FIELDS, CUSTOM)
# The same without free-form values: nothing needs to be taken out of the records first.
PLAIN = frame_schema([f for f in FIELDS if f.kind != "json"], CUSTOM)
NAMES = [f.name for f in FIELDS] + ["new", "unparsed", "custom_vip", "usage_sent"]
CHILDREN = ["sent", "ends", "budget", "vip", "renewal", "many", "body", "stars", "at", "day", "notes", "new"]

texts = st.one_of(
    st.text(max_size=6),
    st.text(st.characters(), max_size=3),
    st.sampled_from(
        ["5", "null", "", '"', "\\", 'x":1,"y', "2026-03-10T12:00:00.000Z", "2026-03-10T12:00:00+02:00",
         "2026-03-10T12:00:00", "2026-03-10", "2026-02-30", "2026-03-10T12Z", "2026-03-10T12:00:00.123456789Z",
         "2026-03-10T12:00:00.1230000Z", "0000-01-01", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00",
         "9999-12-31", "2026-03-10t12:00:00z", "2026-03-10T12:00:00-0730", "20260310T120000Z"],
    ),
)  # fmt: skip
numbers = st.one_of(
    st.integers(-(2**65), 2**65).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from(["0", "-0", "-0.0", "1.0", "1e2", "12.7", "1E400", "-1e400", "1e-400", "9007199254740993",
                     "9007199254740993.0", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
                     "1" * 30, "-" + "1" * 4300, "1" * 4301, "1" + "0" * 5000, "0.1000000000000000055511151231257827"]),
)  # fmt: skip
space = st.sampled_from(["", "", "", " ", "\n", "\t \r\n"])


def quoted(text):
    surrogates = any("\ud800" <= c <= "\udfff" for c in text)
    return st.booleans().map(lambda escaped: json.dumps(text, ensure_ascii=escaped or surrogates))


strings = texts.flatmap(quoted)
scalars = st.one_of(strings, numbers, st.sampled_from(["null", "true", "false"]))


def array(items):
    return st.tuples(space, st.lists(items, max_size=3)).map(lambda p: f"[{p[0]}{(p[0] + ',').join(p[1])}]")


def document(names, values, max_size, *, unique=True):
    pairs = st.lists(st.tuples(names.flatmap(quoted), values), max_size=max_size)
    if unique:
        pairs = pairs.map(lambda found: list({json.loads(k): (k, v) for k, v in found}.values()))
    return st.tuples(space, pairs).map(lambda p: "{" + ",".join(f"{p[0]}{k}:{p[0]}{v}" for k, v in p[1]) + p[0] + "}")


children = st.one_of(st.sampled_from(CHILDREN), texts)
values = st.recursive(
    scalars, lambda inner: st.one_of(array(inner), document(children, inner, 4)), max_leaves=6
)  # fmt: skip
names = st.one_of(st.sampled_from(NAMES), texts)
records = document(names, values, 8)

# Input that the fast reader must read: no unpaired surrogates, and no number that a float would round.
clean = st.text(max_size=6).flatmap(quoted)
exact_floats = st.floats(-(2.0**52), 2.0**52).map(repr)
free_form = st.recursive(
    st.one_of(clean, exact_floats, st.integers(-(2**70), 2**70).map(str), st.sampled_from(["null", "true"])),
    lambda inner: st.one_of(array(inner), document(st.text(max_size=4), inner, 3)),
    max_leaves=5,
)
FITTING = {
    "id": clean,
    "score": st.integers(-(2**63), 2**63 - 1).map(str),
    "rate": st.one_of(exact_floats, st.integers(1 - 2**53, 2**53 - 1).map(str)),
    "on": st.sampled_from(["true", "false"]),
    "at": st.datetimes(dt.datetime(2, 1, 1), dt.datetime(9999, 1, 1)).map(lambda t: f'"{t.isoformat()}Z"'),  # noqa: DTZ001
    "due": st.dates(dt.date(2, 1, 1), dt.date(9999, 1, 1)).map(lambda d: f'"{d.isoformat()}"'),
    "tags": array(clean),
    "meta": free_form,
}  # fmt: skip
FITTING["sent"], FITTING["ends"], FITTING["body"], FITTING["stars"] = (
    FITTING[k] for k in ("score", "at", "id", "rate")
)
FITTING["day"], FITTING["notes"], FITTING["budget"], FITTING["vip"] = (
    FITTING[k] for k in ("due", "tags", "rate", "on")
)
FITTING["renewal"], FITTING["many"] = FITTING["due"], FITTING["tags"]


@st.composite
def fitting(draw, names):
    held = draw(st.lists(st.sampled_from(names), unique=True))
    between = draw(space)
    return "{" + ",".join(f'"{name}":{between}{draw(st.one_of(st.just("null"), FITTING[name]))}' for name in held) + "}"


FITTING["usage"] = fitting(["sent", "ends"])
FITTING["replies"] = array(st.one_of(st.just("null"), fitting(["body", "stars", "at"])))
FITTING["run"] = fitting(["day", "notes"])
FITTING["custom_fields"] = fitting(list(CUSTOM))
MORE = settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


def columns(batch):
    return [array.to_pylist() for array in batch.declared], batch.unparsed and batch.unparsed.to_pylist()


@pytest.mark.parametrize("schema", [SCHEMA, PLAIN], ids=["free form", "plain"])
@MORE
@given(data=st.data())
def test_both_readers_give_the_same_columns_for_fitting_values(schema, data):
    names = [f.name for f in FIELDS if schema is SCHEMA or f.kind != "json"]
    found = [r.encode("utf-8", "surrogatepass") for r in data.draw(st.lists(fitting(names), min_size=1, max_size=5))]
    fast = BulkReader(schema, {}).read(found)  # and does not refuse
    assert repr(columns(fast)) == repr(columns(ExactReader(schema).read(found).batch))


@pytest.mark.parametrize("schema", [SCHEMA, PLAIN], ids=["free form", "plain"])
@MORE
@given(found=st.lists(records, min_size=1, max_size=4))
def test_the_fast_reader_agrees_or_refuses_on_anything(schema, found):
    found = [record.encode() for record in found]
    exact = ExactReader(schema, closed=True).read(found)
    declared = [c.path for c in schema]
    everything = [*declared, ("new",), ("custom_fields", "new"), ("custom_fields",), ("usage",)]
    for exact_paths in ((), declared, everything, [("custom_fields",), ("usage",)]):
        try:
            fast = BulkReader(schema, {}, exact_paths).read(found)
        except RefusedError:
            continue
        assert repr(columns(fast)) == repr(columns(exact.batch))


@MORE
@given(found=st.lists(records, min_size=1, max_size=6), cut=st.integers(0, 6))
def test_the_table_does_not_depend_on_the_split_into_pages(found, cut):
    found = [record.encode() for record in found]
    tables = []
    for pages in ([found], [[one] for one in found], [found[:cut], found[cut:]]):
        decoder = Decoder(SCHEMA)
        for page in pages:
            decoder.add(page)
            decoder._hand_over()  # as if each page were large
        tables.append(decoder.table())
    for other in tables[1:]:
        assert other.schema.equals(tables[0].schema, check_metadata=True)
        assert repr(other.to_pylist()) == repr(tables[0].to_pylist())


class Token(str):
    """A number as it is written."""

    __slots__ = ()


def tokens(text):
    return json.loads(text, parse_int=Token, parse_float=Token)


def same_number(held, token):
    whole = not isinstance(held, float) and token.lstrip("-").isdigit()
    return not isinstance(held, bool | str) and held == (int(token) if whole else float(token))


def same_unknown(held, value):
    """A column of one type holds the value, one of mixed types its JSON text."""
    if not isinstance(held, str):
        return same_number(held, value) if isinstance(value, Token) else held == value
    try:
        written = tokens(held)
    except ValueError:  # the text of another field with nearly the same name
        return not isinstance(value, Token) and held == value
    if isinstance(value, Token):
        return isinstance(written, Token) and same_number(json.loads(held), value)
    return held == value or json.dumps(value) == json.dumps(written)


SAME = {
    "id": lambda held, value: held == value,  # ids are text, whatever they come as
    "text": lambda held, value: not isinstance(value, Token) and held == value,
    "integer": lambda held, value: isinstance(value, Token) and same_number(held, value),
    "number": lambda held, value: isinstance(value, Token) and same_number(held, value),
    "boolean": lambda held, value: held is value,
    "datetime": lambda held, value: held == dt.datetime.fromisoformat(value.upper()),
    "date": lambda held, value: held == dt.date.fromisoformat(value),
    "texts": lambda held, value: held == value and not any(isinstance(one, Token) for one in value),
    "json": lambda held, value: tokens(held) == value,
    "unknown": same_unknown,
}


def same(kind, held, value):
    """Whether a column of that kind holds all of this value."""
    return held is not None and SAME[kind](held, value)


def nested_holds(fields, held, value):
    """Whether structs hold all of a record or a list of records."""
    if value is None or held is None:
        return value is None and held is None
    if isinstance(value, list):
        return (
            isinstance(held, list)
            and len(held) == len(value)
            and all(nested_holds(fields, h, v) for h, v in zip(held, value, strict=True))
        )
    kinds = {f.name: f.kind for f in fields}
    return isinstance(value, dict) and all(
        name in kinds and (v is None or same(kinds[name], held[name], v)) for name, v in value.items()
    )


@MORE
@given(record=records, beside=st.lists(records, max_size=2))
def test_every_value_is_in_its_column_or_in_unparsed(record, beside):
    decoder = Decoder(SCHEMA)
    decoder.add([one.encode() for one in [record, *beside]])
    row = decoder.table().slice(0, 1).to_pylist()[0]
    left = tokens(row.get("unparsed") or "{}")
    by_path = {c.path: c for c in SCHEMA}
    for name, value in tokens(record).items():
        nested = isinstance(value, dict) and name in SCHEMA.containers
        for path, one in [((name, k), v) for k, v in value.items()] if nested else [((name,), value)]:
            if one is None:
                continue
            column = by_path.get(path)
            # An unknown field may stand under its name, or under a free one like it.
            candidates = [column.name] if column else [n for n in row if n.startswith(column_name(path))]
            kind = "id" if path == ("id",) else column.kind if column else "unknown"
            if kind in {"record", "records"}:
                held = any(nested_holds(column.fields, row[n], one) for n in candidates)
            else:
                held = any(same(kind, row[n], one) for n in candidates)
            label = column.name if column else ".".join(path)
            assert held or any(left.get(key) == one for key in left if key.startswith(label)), path


mangled = st.one_of(
    st.binary(max_size=30),
    st.tuples(records, st.integers(0, 60), st.binary(max_size=2)).map(
        lambda p: p[0].encode()[: p[1]] + p[2] + p[0].encode()[p[1] + 1 :]
    ),
    document(names, st.one_of(values, st.sampled_from(["NaN", "-Infinity"])), 4, unique=False).map(str.encode),
)


@MORE
@given(found=st.lists(st.one_of(records.map(str.encode), mangled), min_size=1, max_size=4), streamed=st.booleans())
def test_any_bytes_raise_only_typed_errors(found, streamed):
    decoder = Decoder(SCHEMA)
    try:
        if streamed:
            tables = [decoder.page([one]) for one in found]
        else:
            decoder.add(found)
            tables = [decoder.table()]
    except ProtocolError:
        return
    for table in tables:
        table.validate(full=True)
        pandas, polars = to_frame(table, "pandas"), to_frame(table, "polars")
        assert list(pandas.columns) == polars.columns == table.column_names
        assert len(pandas) == len(polars) == table.num_rows
    assert sum(table.num_rows for table in tables) == len(found)
    assert not any(isinstance(v, float) and not math.isfinite(v) for t in tables for v in t.column("rate").to_pylist())
