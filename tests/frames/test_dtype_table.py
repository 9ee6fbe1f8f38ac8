"""The dtypes of every object of the contract: the same for no rows, nulls only and mixed pages, in both libraries.

``pytest tests/frames/test_dtype_table.py -k written -rP`` prints the table.
"""

import json

import httpx
import pandas as pd
import polars as pl

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook import openapi
from pb2b_notebook.frames.schema import SCALARS

KEY = "pb2b_live_abc_0123456789abcdef"
ME = {"id": "key_1", "object": "api_key", "workspace": {"id": "ws_1", "name": "Live"}, "scopes": []}
CUSTOM = {"tier": "select", "budget": "number", "vip": "boolean", "renewal": "date", "interests": "multi_select"}
FIELDS = [{"key": key, "type": kind, "builtin": False} for key, kind in CUSTOM.items()]
BIG = 2**53 + 1

# What each kind is as a column of pandas, and of polars (ids are text, whole numbers have gaps).
PANDAS = {
    "text": "str", "integer": "Int64", "number": "Float64", "boolean": "boolean",
    "datetime": "datetime64[us, UTC]", "date": "datetime64[s]", "texts": "object", "json": "object",
    "record": "object", "records": "object",
}  # fmt: skip
POLARS = {
    "text": "String", "integer": "Int64", "number": "Float64", "boolean": "Boolean",
    "datetime": "Datetime(time_unit='us', time_zone='UTC')", "date": "Date", "texts": "List(String)",
    "json": "String", "record": "Struct", "records": "List(Struct",
}  # fmt: skip
CUSTOM_KINDS = {"select": "text", "number": "number", "boolean": "boolean", "date": "date", "multi_select": "texts"}
SAMPLES = {
    "text": "ü", "integer": BIG, "number": 1.5, "boolean": True, "datetime": "2026-03-10T12:00:00.000Z",
    "date": "2026-03-10", "texts": ["a", "b"], "json": {"a": [1, None]},
}  # fmt: skip
LISTS = [name for name, operation in openapi.load().items() if operation.many and operation.method == "GET"]
OBJECTS = [name for name, operation in openapi.load().items() if not operation.many and operation.method == "GET"]


def columns(fields):
    """Column → kind: records of scalars are flattened, custom fields are those of the workspace."""
    found = {}
    for field in fields:
        if field.kind == "custom":
            found |= {f"custom_{key}": CUSTOM_KINDS[kind] for key, kind in CUSTOM.items()}
        elif field.kind == "record" and all(child.kind in SCALARS for child in field.fields):
            found |= {f"{field.name}_{child.name}": child.kind for child in field.fields}
        elif field.kind in {"record", "records"} and not typed(field):
            found[field.name] = "json"
        else:
            found[field.name] = field.kind
    return found


def typed(field):
    if field.kind in {"record", "records"}:
        return bool(field.fields) and all(typed(child) for child in field.fields)
    return field.kind in SCALARS | {"texts"}


def sample(field):
    if field.kind == "custom":
        return {key: SAMPLES[CUSTOM_KINDS[kind]] for key, kind in CUSTOM.items()}
    if field.kind in {"record", "records"}:
        record = {child.name: sample(child) for child in field.fields}
        return record if field.kind == "record" else [record]
    return SAMPLES[field.kind]


def nulls(fields):
    return dict.fromkeys((field.name for field in fields), None)


def mixed(fields):
    """Three pages: a full record and an empty one, nothing but nulls, and half of the fields."""
    full = {field.name: sample(field) for field in fields}
    half = {name: value for number, (name, value) in enumerate(full.items()) if number % 2}
    return [[full, {}], [nulls(fields)], [half]]


class Service:
    """A live service of one list, given by its pages, or of one object."""

    def __init__(self, pages=(), one=None):
        self.pages = list(pages) or [[]]
        self.one = one

    def __call__(self, request):
        path = request.url.path
        if path.endswith("/me"):  # who asks, before all else
            own = self.one if self.one is not None and "scopes" in self.one else {}
            return httpx.Response(200, json={"data": {**own, **ME}})
        if self.one is not None:
            return httpx.Response(200, json={"data": FIELDS if path.endswith("/lead-fields") else self.one})
        if path.endswith("/lead-fields"):
            return httpx.Response(200, json={"data": FIELDS})
        number = int(request.url.params.get("cursor", "0"))
        following = str(number + 1) if number + 1 < len(self.pages) else None
        return httpx.Response(200, json={"data": self.pages[number], "pagination": {"next_cursor": following}})


def read(name, pages, frame):
    operation = openapi.load()[name]
    given = dict.fromkeys(operation.path_parameters, "x")
    if operation.parameter("include_deleted"):  # a full record has the time of its deletion
        given["include_deleted"] = True
    with pb.connect(KEY, transport=httpx.MockTransport(Service(pages))) as ws:
        return ws.call(name, **given, frame=frame)


def check_dtypes(frame, kinds):
    assert list(frame.columns) == list(kinds)
    for (column, kind), dtype in zip(kinds.items(), frame.dtypes, strict=True):
        expected = PANDAS[kind] if isinstance(frame, pd.DataFrame) else POLARS[kind]
        assert str(dtype) == expected or (kind in {"record", "records"} and str(dtype).startswith(expected)), column


def plain(value):
    """A value of either library as JSON has it."""
    if isinstance(value, (list, tuple, dict)):
        return json.loads(json.dumps(value, default=str))
    return None if pd.isna(value) else str(pd.Timestamp(value)) if hasattr(value, "year") else value


@each_case("name", [name for name in LISTS if name != "lead_fields.list"])
def test_no_rows_nulls_and_mixed_pages_have_one_schema(name):
    fields = openapi.load()[name].fields
    kinds = columns(fields)
    for pages in ([], [[]], [[nulls(fields)]], mixed(fields)):
        frames = {frame: read(name, pages, frame) for frame in ("pandas", "polars")}
        for frame in frames.values():
            check_dtypes(frame, kinds)
        assert len(frames["pandas"]) == len(frames["polars"]) == len([row for page in pages for row in page])
        for column, kind in kinds.items():
            pandas = [plain(value) for value in frames["pandas"][column].tolist()]
            polars = frames["polars"][column].to_list()
            if kind == "json":  # polars has no free form: JSON text
                polars = [None if text is None else json.loads(text) for text in polars]
            assert pandas == [plain(value) for value in polars], column
    if "integer" in kinds.values():
        column = next(column for column, kind in kinds.items() if kind == "integer")
        assert BIG in frames["pandas"][column].tolist()  # beside nulls
        assert BIG in frames["polars"][column].to_list()


@each_case("name", OBJECTS)
def test_a_record_is_a_frame_of_the_same_dtypes_whatever_is_null(name):
    fields = openapi.load()[name].fields
    for one in (nulls(fields), {field.name: sample(field) for field in fields}):
        operation = openapi.load()[name]
        with pb.connect(KEY, transport=httpx.MockTransport(Service(one=one))) as ws:
            record = ws.call(name, **dict.fromkeys(operation.path_parameters, "x"))
            for frame in ("pandas", "polars"):
                made = record.to_frame(frame)
                check_dtypes(made, columns(fields))
                assert len(made) == 1


def test_the_objects_of_the_sandbox_have_these_dtypes(shared_ws):
    """Every list of the demo workspace, real rows."""
    for name in LISTS:
        operation = openapi.load()[name]
        if operation.path_parameters:
            continue
        custom = shared_ws.lead_fields.list(frame="polars").filter(~pl.col("builtin"))
        for frame in ("pandas", "polars"):
            found = shared_ws.call(name, limit=200, frame=frame)
            kinds = {n: k for n, k in columns(operation.fields).items() if not n.startswith("custom_")}
            if name == "leads.list":
                names = [f"custom_{key}" for key in custom["key"]]
                assert [column for column in found.columns if column.startswith("custom_")] == names
            check_dtypes(found[list(kinds)], kinds)


def test_the_table_is_written():
    """One line a column of each object, once."""
    seen = set()
    for name in [*LISTS, *OBJECTS]:
        fields = openapi.load()[name].fields
        if fields in seen:
            continue
        seen.add(fields)
        print(name)  # noqa: T201
        for column, kind in columns(fields).items():
            print(f"  {column:<32} {PANDAS[kind]:<22} {POLARS[kind]}")  # noqa: T201
    assert len(seen) > 20
