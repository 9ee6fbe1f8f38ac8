"""Frames have the columns and dtypes of the contract and exact values, the same in pandas and polars."""

from __future__ import annotations

import datetime as dt
import json

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook.errors import InvalidParameterError, NotJSONError, ProtocolError
from pb2b_notebook.frames import Decoder, frame_schema, to_frame
from pb2b_notebook.openapi.operations import Field

RUN = Field("run", "record", (Field("at", "datetime"), Field("notes", "texts")))
EVERY_KIND = [
    Field("id", "text"),
    Field("score", "integer"),
    Field("progress", "number"),
    Field("enabled", "boolean"),
    Field("sent_at", "datetime"),
    Field("due", "date"),
    Field("tags", "texts"),
    Field("usage", "record", (Field("emails_sent", "integer"), Field("ends_at", "datetime"))),
    Field("replies", "records", (Field("body", "text"), Field("stars", "number"), Field("at", "datetime"))),
    RUN,
    Field("custom_fields", "custom"),
    Field("updated_at", "datetime"),
]
CUSTOM = {"budget": "number", "tier": "select", "renewal": "date", "interests": "multi_select", "vip": "boolean"}
PANDAS = {
    "id": "str",
    "score": "Int64",
    "progress": "Float64",
    "enabled": "boolean",
    "sent_at": "datetime64[us, UTC]",
    "due": "datetime64[s]",
    "tags": "object",
    "usage_emails_sent": "Int64",
    "usage_ends_at": "datetime64[us, UTC]",
    "replies": "object",
    "run": "object",
    "custom_budget": "Float64",
    "custom_tier": "str",
    "custom_renewal": "datetime64[s]",
    "custom_interests": "object",
    "custom_vip": "boolean",
    "updated_at": "datetime64[us, UTC]",
}
TIME = pl.Datetime("us", "UTC")
POLARS = {
    "id": pl.String,
    "score": pl.Int64,
    "progress": pl.Float64,
    "enabled": pl.Boolean,
    "sent_at": TIME,
    "due": pl.Date,
    "tags": pl.List(pl.String),
    "usage_emails_sent": pl.Int64,
    "usage_ends_at": TIME,
    "replies": pl.List(pl.Struct({"body": pl.String, "stars": pl.Float64, "at": TIME})),
    "run": pl.Struct({"at": TIME, "notes": pl.List(pl.String)}),
    "custom_budget": pl.Float64,
    "custom_tier": pl.String,
    "custom_renewal": pl.Date,
    "custom_interests": pl.List(pl.String),
    "custom_vip": pl.Boolean,
    "updated_at": TIME,
}
FULL = {
    "id": "lead_1",
    "score": 2**53 + 1,
    "progress": 0.1,
    "enabled": True,
    "sent_at": "2026-03-10T12:00:00.123Z",
    "due": "2026-03-31",
    "tags": ["a", None, "é"],
    "usage": {"emails_sent": 7, "ends_at": "2026-03-10T14:00:00+02:00"},
    "replies": [{"body": "hi", "stars": 4, "at": "2026-03-10T12:00:00Z"}, {"body": None}, None],
    "run": {"at": None, "notes": ["x"]},
    "custom_fields": {"budget": 1e6, "tier": "gold", "renewal": "2027-01-01", "interests": [], "vip": False},
    "updated_at": "2026-03-10T12:00:00.000Z",
}
NULLS = dict.fromkeys(FULL)


def raw(*records):
    return [json.dumps(record, ensure_ascii=False).encode() for record in records]


def table_of(*records, fields=EVERY_KIND, custom=CUSTOM):
    decoder = Decoder(frame_schema(fields, custom))
    decoder.add(raw(*records))
    return decoder.table()


@each_case("records", [[], [NULLS], [{}], [FULL], [NULLS, FULL, {}], [FULL, {"score": "x", "tags": 5}]])
def test_any_page_gives_the_columns_and_dtypes_of_the_schema(records):
    table = table_of(*records)
    extra = [name for name in table.column_names if name == "unparsed"]
    pandas, polars = to_frame(table, "pandas"), to_frame(table, "polars")
    assert pandas.dtypes.astype(str).to_dict() == PANDAS | dict.fromkeys(extra, "str")
    assert dict(polars.schema) == POLARS | dict.fromkeys(extra, pl.String)
    assert len(pandas) == len(polars) == len(records)


def test_every_kind_holds_its_value_exactly():
    row = to_frame(table_of(NULLS, FULL), "pandas").iloc[1]
    noon = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
    assert row["score"] == 2**53 + 1
    assert row["progress"] == 0.1
    assert row["enabled"] is True or row["enabled"] == True  # noqa: E712 - a numpy boolean
    assert row["sent_at"] == pd.Timestamp("2026-03-10T12:00:00.123Z")
    assert row["due"] == pd.Timestamp("2026-03-31")
    assert row["tags"] == ["a", None, "é"]
    assert row["usage_ends_at"] == noon
    assert row["replies"] == [
        {"body": "hi", "stars": 4.0, "at": noon},
        {"body": None, "stars": None, "at": None},
        None,
    ]
    assert row["run"] == {"at": None, "notes": ["x"]}
    assert row["custom_budget"] == 1e6
    assert row["custom_interests"] == []


def test_pandas_and_polars_hold_the_same_values():
    table = table_of(FULL, NULLS, FULL)
    polars = to_frame(table, "polars")
    pandas = to_frame(table, "pandas")
    for name in table.column_names:
        values = [None if value is None or value is pd.NA or value is pd.NaT else value for value in pandas[name]]
        values = [None if isinstance(value, float) and value != value else value for value in values]  # noqa: PLR0124
        if name in {"due", "custom_renewal"}:
            values = [None if value is None else value.date() for value in values]
        assert values == polars[name].to_list(), name


def test_an_unknown_frame_library_is_refused():
    with pytest.raises(InvalidParameterError, match="dask"):
        to_frame(table_of(), "dask")


def test_a_missing_field_is_a_null_column():
    assert table_of({"id": "a"}).column("score").to_pylist() == [None]


def test_unknown_fields_become_columns_typed_by_their_values():
    table = table_of(
        {"plan": "a", "seats": 1, "rate": 1, "on": True, "mixed": 1, "any": {"k": [1, 2]}, "none": None},
        {"plan": None, "rate": 1.5, "mixed": "x", "any": "y", "custom_fields": {"Size": 5}},
        fields=[Field("id", "text"), Field("custom_fields", "custom")],
        custom={},
    )
    assert table.to_pydict() == {
        "id": [None, None],
        "any": ['{"k":[1,2]}', '"y"'],
        "custom_Size": [None, 5],
        "mixed": ["1", '"x"'],
        "none": [None, None],
        "on": [True, None],
        "plan": ["a", None],
        "rate": [1.0, 1.5],
        "seats": [1, None],
    }
    assert to_frame(table, "pandas")["any"].tolist() == [{"k": [1, 2]}, "y"]


def test_a_value_that_does_not_fit_is_kept_as_json_text():
    table = table_of({"id": 5, "score": 12.7, "custom_fields": {"vip": "yes"}, "usage": [1]}, {"score": 3})
    assert table.column("unparsed").to_pylist() == ['{"custom_vip":"yes","score":12.7,"usage":[1]}', None]
    assert table.column("score").to_pylist() == [None, 3]
    assert table.column("id").to_pylist()[0] == "5"  # an id is text, whatever a service writes


def test_drift_names_fields_and_types_and_no_values():
    decoder = Decoder(frame_schema(EVERY_KIND, CUSTOM))
    decoder.add(raw({"score": "secret", "extra": "private"}))
    decoder.table()
    assert decoder.drift == {
        "score": "text where integer is declared",
        "extra": "unknown field, read as text",
    }


@pytest.mark.parametrize(
    ("record", "drift"),
    [
        (b'{"score":9223372036854775808}', {"score": "integer too large where integer is declared"}),
        (b'{"id":"\\ud83d"}', {"id": "text with an unpaired surrogate where text is declared"}),
    ],
)
def test_drift_of_a_declared_type_is_described(record, drift):
    decoder = Decoder(frame_schema(EVERY_KIND, CUSTOM))
    decoder.add([record])
    decoder.table()
    assert decoder.drift == drift


@each_case(
    "record",
    [
        b'{"score":NaN}', b'{"score":-Infinity}', b'{"id":"a","id":"b"}',
        b'{"usage":{"emails_sent":1,"emails_sent":2}}', b'{"extra":{"a":1,"a":2}}', b'{"id":"\xff"}', b'{"id":"a"',
        b"", b'{"id":"a"}{"id":"b"}', b"<html>",
    ],
)  # fmt: skip
def test_broken_json_is_an_error_without_an_excerpt(record):
    with pytest.raises(NotJSONError) as caught:
        Decoder(frame_schema(EVERY_KIND)).page([b"{}", record])
    assert "html" not in str(caught.value)


@each_case("record", [b"null", b"5", b'"a"', b"[]", b" [1] "])
def test_a_record_that_is_not_an_object_is_an_error(record):
    for records in ([record], [b"{}", record], [record, record]):
        with pytest.raises(ProtocolError):
            Decoder(frame_schema(EVERY_KIND)).page(records)


def test_pages_have_one_schema_and_keep_later_fields():
    decoder = Decoder(frame_schema([Field("id", "text")]))
    pages = [decoder.page(raw(r)) for r in ({"id": "a", "seen": 1}, {"late": True}, {"seen": "x"})]
    pages.append(decoder.page([]))
    assert all(page.schema.equals(pages[0].schema, check_metadata=True) for page in pages)
    assert [page.to_pylist() for page in pages] == [
        [{"id": "a", "seen": 1, "unparsed": None}],
        [{"id": None, "seen": None, "unparsed": '{"late":true}'}],
        [{"id": None, "seen": None, "unparsed": '{"seen":"x"}'}],
        [],
    ]


def test_columns_are_returned_in_the_requested_order():
    decoder = Decoder(frame_schema(EVERY_KIND))
    decoder.add(raw(FULL))
    assert decoder.table(["score", "id"]).column_names == ["score", "id"]
    with pytest.raises(InvalidParameterError, match=r"scroe.*did you mean 'score'"):
        decoder.table(["scroe"])


def test_columns_of_the_same_name_are_renamed_and_reported():
    fields = [
        Field("usage", "record", (Field("total", "integer"),)),
        Field("usage_total", "text"),
        Field("custom_fields", "custom"),
        Field("custom_x", "text"),
    ]
    schema = frame_schema(fields, {"x": "number", "X": "number"})
    assert schema.names == ("usage_total_2", "usage_total", "custom_x_2", "custom_X", "custom_x")
    assert Decoder(schema).drift == {
        "usage.total": "renamed to usage_total_2",
        "custom_fields.x": "renamed to custom_x_2",
    }


def test_an_unknown_field_called_unparsed_does_not_hide_the_column_of_that_name():
    table = table_of({"unparsed": "theirs", "score": "ours"})
    assert table.column("unparsed").to_pylist() == ['{"score":"ours"}']
    assert table.column("unparsed_2").to_pylist() == ["theirs"]


def test_a_first_page_of_an_unknown_field_too_large_for_a_number_is_read_as_json():
    decoder = Decoder(frame_schema([Field("id", "text")]))
    first = [{"n": 2**53 + 1}] * 100 + [{"n": 0.5}] * 100
    assert decoder.page(raw(*first)).column("n").unique().to_pylist() == ["9007199254740993", "0.5"]


@pytest.mark.parametrize("streamed", [False, True])
def test_a_service_that_differs_in_every_record_is_read_in_full_by_the_fast_reader(streamed):
    record = {"score": "high", "custom_fields": [], "usage": "none", "sent_at": "2026-03-10T12:00:00", "new": 1}
    decoder = Decoder(frame_schema(EVERY_KIND, CUSTOM))
    pages = [raw(*[record] * 200)] * 3
    if streamed:
        tables = [decoder.page(page) for page in pages]
    else:
        for page in pages:
            decoder.add(page)
        tables = [decoder.table()]
    assert {text for table in tables for text in table.column("unparsed").to_pylist()} == {
        '{"custom_fields":[],"score":"high","sent_at":"2026-03-10T12:00:00","usage":"none"}'
    }
    assert {value for table in tables for value in table.column("new").to_pylist()} == {1}
    assert decoder._bulk.read(pages[0]).rows == 200  # it has learned, and refuses no more


def decoded(decoder, pages):
    for page in pages:
        decoder.add(page)
    return decoder.table()


# --- batches in the background ----------------------------------------------------------------------------------------


ODD = st.sampled_from([{}, {"new": 1}, {"new": "x"}, {"new": None}, {"score": "high"}, {"score": 2**63}, {"day": "1"}])


@given(pages=st.lists(st.lists(ODD, min_size=1, max_size=4), max_size=12), size=st.integers(1, 200))
def test_batches_give_the_same_table_as_a_single_batch(pages, size):
    numbered = [[{"id": f"{n}.{m}"} | odd for m, odd in enumerate(page)] for n, page in enumerate(pages)]
    whole, cut = (Decoder(frame_schema([Field("id", "text"), Field("score", "integer")])) for _ in range(2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pb2b_notebook.frames.decoding.BATCH_BYTES", size)
        cut_table = decoded(cut, [raw(*page) for page in numbered])
    assert cut_table.to_pydict() == decoded(whole, [raw(*(one for page in numbered for one in page))]).to_pydict()
    assert cut.drift.keys() == whole.drift.keys()


@pytest.mark.parametrize("broken", range(6))
def test_batches_after_a_broken_record_are_discarded(monkeypatch, broken):
    monkeypatch.setattr("pb2b_notebook.frames.decoding.BATCH_BYTES", 1)
    decoder = Decoder(frame_schema([Field("id", "text")]))
    pages = [[b'{"id":"a%d"}' % n, b'{"id":"b%d"}' % n] for n in range(6)]
    pages[broken][1] = b'{"id":'
    with pytest.raises(NotJSONError):
        decoded(decoder, pages)
    before = [f"{name}{n}" for n in range(broken) for name in "ab"] + [f"a{broken}"]
    assert decoder.table().column("id").to_pylist() == before


def test_every_library_gets_the_same_rows_wherever_one_call_names_it():
    calls = {
        "list": lambda ws, frame: ws.leads.list(limit=3, frame=frame),
        "cached list": lambda ws, frame: ws.leads.list(cached=True, limit=3, frame=frame),
        "page": lambda ws, frame: next(iter(ws.leads.pages(page_size=3, frame=frame))),
        "runs": lambda ws, frame: ws.campaigns.runs(limit=3, frame=frame),
        "replied": lambda ws, frame: ws.campaigns.leads(
            ws.campaigns.list()["id"].iloc[0], replied=True, columns=["id"], frame=frame
        ),
        "snapshot": lambda ws, frame: ws.settings.snapshot(frame=frame),
        "sql": lambda ws, frame: ws.sql("select id, score from leads order by id", frame=frame),
        "mirror": lambda ws, frame: ws.mirror.frame("leads", columns=["id", "tags"], frame=frame),
        "report": lambda ws, frame: ws.upserts.list(frame=frame),
        "file": lambda _, frame: pb.read_leads(b"Mail;Score\nada@example.com;7\n", frame=frame, quiet=True),
    }
    with pb.open_sandbox(leads=30) as ws:
        ws.mirror.sync("leads")
        for name, call in calls.items():
            polars, arrow, relation = (call(ws, frame) for frame in ("polars", "pyarrow", "duckdb"))
            assert (type(arrow), type(relation)) == (pa.Table, duckdb.DuckDBPyRelation), name
            assert pl.DataFrame(arrow).equals(polars), name
            # DuckDB shows times in the zone of its connection: the same instants.
            assert (relation.columns, pl.DataFrame(relation).rows()) == (polars.columns, polars.rows()), name
        with pytest.raises(InvalidParameterError, match="unknown frame 'arrow'"):
            ws.leads.list(frame="arrow")
    with pytest.raises(InvalidParameterError, match="unknown frame 'pyarrow' → choose one of: pandas, polars"):
        pb.open_sandbox(leads=5, frame="pyarrow")
