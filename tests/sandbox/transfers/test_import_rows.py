"""Any cell of an import is either stored as a valid value of its field, or reported as an error."""

import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.sandbox.demo_data.custom_values import CUSTOM_FIELDS

KEYS = {field["type"]: field["key"] for field in CUSTOM_FIELDS}
OPTIONS = {field["type"]: field["options"] for field in CUSTOM_FIELDS}
LARGEST = 2**63 - 1

text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40).filter(
    str.strip
)
word = st.text(string.ascii_letters + string.digits + "äéß中", min_size=1, max_size=10)
numbers = st.integers(-LARGEST, LARGEST) | st.floats(-1e15, 1e15).map(lambda value: round(value, 4))
# The whole calendar except its last hours, in milliseconds since its start.
START = datetime(1, 1, 2, tzinfo=UTC)
moments = st.integers(0, 315_500_000_000_000).map(lambda at: instants.render(START + timedelta(milliseconds=at)))
emails = st.builds("{}@{}.example".format, word, word)

# A value of the field, with a cell that is read as that value.
VALUES = {
    "text": text.map(lambda value: (value, value)),
    "number": numbers.flatmap(lambda value: st.sampled_from([(value, value), (value, f" {value:f} ")])).filter(
        lambda pair: not isinstance(pair[1], str) or float(pair[1]) == pair[0]
    )
    | st.integers(-LARGEST, LARGEST).map(lambda value: (value, str(value))),
    "boolean": st.sampled_from([(True, "TRUE"), (True, "yes"), (True, 1), (False, "No"), (False, "0"), (False, False)]),
    "date": st.dates().map(lambda value: (value.isoformat(), f" {value.isoformat()}")),
    "datetime": moments.map(lambda value: (value, value.replace("T", "t").replace(".000Z", "z"))),
    "select": st.sampled_from(OPTIONS["select"]).map(lambda value: (value, f"{value} ")),
    "multi_select": st.lists(st.sampled_from(OPTIONS["multi_select"]), min_size=1, unique=True).flatmap(
        lambda value: st.sampled_from([(value, value), (value, " ; ".join(value))])
    ),
    "email": emails.map(lambda value: (value, value)),
    "phone": st.from_regex(r"[+0-9][0-9 ]{3,20}[0-9]", fullmatch=True).map(lambda value: (value, value)),
    "url": word.map(lambda value: (f"https://{value}.example", f" https://{value}.example")),
}
CELLS = (
    text
    | numbers
    | st.booleans()
    | st.none()
    | st.lists(text, max_size=3)
    | st.sampled_from(["", " ", "1e5", "-0", "٣", "2026-02-30", "A;B", ";", "NaN", "1_000", "0x10", "\ufeff", "=1+1"])
)


@pytest.fixture(scope="module")
def importing(serve):
    """Return a function that runs an import in one shared workspace, and the client of its API."""
    with Sandbox(leads=5, rate_limit=1_000_000, leads_limit=1_000_000) as sandbox, serve(sandbox) as api:

        def run(rows, mapping, **body):
            made = api.post("/imports", json={"rows": rows, "mapping": mapping, **body})
            assert made.status_code == 201, made.text
            sandbox.clock.advance(60)
            return api.get(f"/imports/{made.json()['data']['id']}").json()["data"]

        yield run, api


@settings(max_examples=20)
@given(st.fixed_dictionaries({}, optional=VALUES))
def test_a_valid_cell_becomes_the_value_of_its_field(importing, given_values):
    run, api = importing
    made = run(
        [{"m": "same@b.example", **{kind: cell for kind, (_, cell) in given_values.items()}}],
        {"m": "email"} | {kind: KEYS[kind] for kind in given_values},
    )
    assert made["error_count"] == 0, api.get(f"/imports/{made['id']}/errors").text
    [lead] = api.get("/leads?email=same@b.example").json()["data"]
    for kind, (value, _) in given_values.items():
        kept = lead["custom_fields"][KEYS[kind]]
        assert kept == value
        assert isinstance(kept, bool) == isinstance(value, bool)


@settings(max_examples=20)
@given(
    st.lists(
        st.fixed_dictionaries({"m": emails | CELLS}, optional=dict.fromkeys([*KEYS, "score", "tags", "status"], CELLS)),
        min_size=1,
        max_size=6,
    )
)
def test_every_other_cell_is_reported_and_never_stored(importing, rows):
    run, api = importing
    columns = {column for row in rows for column in row} - {"m"}
    mapping = {"m": "email"} | {column: KEYS.get(column, column) for column in columns}
    checked = api.post("/imports/validate", json={"rows": rows, "mapping": mapping}).json()["data"]
    made = run(rows, mapping)
    names = ("created_count", "updated_count", "skipped_count", "error_count")
    assert [checked[name] for name in names] == [made[name] for name in names]
    assert sum(made[name] for name in names) == made["total_rows"] == len(rows)
    errors = api.get(f"/imports/{made['id']}/errors?limit=500").json()["data"]
    assert len({error["row_number"] for error in errors}) == made["error_count"]
    places = [(error["row_number"], error["field"]) for error in errors]
    assert len(set(places)) == len(places)
    for error in errors:
        assert error["raw"] == rows[error["row_number"] - 1]
        assert error["field"] in mapping.values()
    # The API accepts every stored value.
    for lead in api.get("/leads", params={"import_id": made["id"], "limit": 500}).json()["data"]:
        values = {"custom_fields": lead["custom_fields"], "score": lead["score"], "tags": lead["tags"]}
        again = api.patch(f"/leads/{lead['id']}", json=values)
        assert again.status_code == 200, again.text
        assert again.json()["data"] == lead
