"""Imports from frames and CSV: in pieces, once, with row numbers of the whole."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook import errors
from pb2b_notebook.api.domains import import_rows
from pb2b_notebook.api.domains.import_rows import pieces
from scripted_service import connect_workspace

MAPPING = {"Mail": "email", "Name": "full_name", "Score": "score"}
# Bad in rows 2 and 5, counted from 1.
PEOPLE = pd.DataFrame(
    {
        "Mail": ["a@example.com", "no address", "c@example.com", "d@example.com", "e@example.com"],
        "Note": ["stays", "here", None, "…", "x"],
        "Name": ["A", "B", None, "D", "E"],
        "Score": [1, 2, None, 4, 5.5],
    },
    index=[10, 20, 30, 40, 50],
)


@pytest.fixture(scope="module")
def shared():
    with pb.open_sandbox(leads=20, rate_limit=1_000_000) as opened:
        yield opened


def sent(ws):
    return ws.requests(frame="polars")["operation"].to_list().count("imports.create")


@pytest.fixture
def small_pieces(ws):
    """Two rows an import, as if the API took no more."""
    ws.imports._most_rows = 2


def connect_to_gateway(most, bodies):
    """Connect to a service behind a gateway that takes no larger bodies; collect those that it takes."""

    def respond(request, path):
        if request.method != "POST":
            return {"data": []}
        if len(request.content) > most:
            return httpx.Response(413, json={"message": "Request Too Long"})
        bodies.append((request.headers["idempotency-key"], json.loads(request.content)["rows"]))
        number = len(bodies)
        return {"data": {"id": f"imp_{number}", "object": "import", "job_id": f"job_{number}", "status": "queued"}}

    return connect_workspace(respond)


# --- create, wait, errors --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("frame", ["pandas", "polars"])
def test_errors_join_back_to_the_input_by_row_number(ws, frame):
    people = PEOPLE if frame == "pandas" else pl.from_pandas(PEOPLE)
    run = ws.imports.wait(ws.imports.create(people, MAPPING))
    assert (run.total_rows, run.created_count, run.error_count, run.status) == (5, 3, 2, "completed")
    problems = ws.imports.errors(run, frame=frame)
    assert list(problems["row_number"]) == [2, 5]
    assert list(problems["field"]) == ["email", "score"]
    if frame == "pandas":
        numbered = people.assign(row_number=range(1, len(people) + 1))
        assert numbered.merge(problems, on="row_number")["Mail"].tolist() == ["no address", "e@example.com"]
        assert people.iloc[problems["row_number"] - 1].index.tolist() == [20, 50]
    else:
        assert people[(problems["row_number"] - 1).to_list()]["Mail"].to_list() == ["no address", "e@example.com"]


def test_only_mapped_columns_leave_this_machine(ws):
    run = ws.imports.wait(ws.imports.create(PEOPLE, MAPPING))
    assert [set(raw) for raw in ws.imports.errors(run)["raw"]] == [set(MAPPING), set(MAPPING)]


def test_a_large_frame_is_sent_in_pieces_with_row_numbers_of_the_frame(ws, small_pieces):
    run = ws.imports.wait(ws.imports.create(PEOPLE, MAPPING))
    assert (len(run.ids), run.offsets) == (3, (0, 2, 4))
    assert (run.total_rows, run.created_count, run.error_count) == (5, 3, 2)
    assert ws.imports.errors(run)["row_number"].tolist() == [2, 5]
    assert ws.imports.errors(run, frame="polars")["row_number"].to_list() == [2, 5]
    assert ws.imports.errors(run.ids[2])["row_number"].tolist() == [1]  # of that one import
    assert run.to_frame()["id"].tolist() == run.to_frame("polars")["id"].to_list() == list(run.ids)
    with pytest.raises(errors.InvalidParameterError, match="sent in 3 imports"):
        _ = run.id
    assert "and 2 more" in repr(run)


def test_running_the_cell_again_sends_nothing_twice(ws, small_pieces):
    first = ws.imports.create(PEOPLE, MAPPING)
    count = sent(ws)
    assert ws.imports.create(PEOPLE, MAPPING).ids == first.ids
    assert sent(ws) == count
    assert ws.imports.create(PEOPLE, MAPPING, again=True).ids != first.ids


class CutLine(httpx.HTTPTransport):
    """A line that breaks before the third import, until it is mended."""

    def __init__(self):
        super().__init__()
        self.left = 2

    def handle_request(self, request):
        if request.method == "POST" and request.url.path.endswith("/imports"):
            if not self.left:
                raise httpx.ConnectError("cut")
            self.left -= 1
        return super().handle_request(request)


def test_an_interrupted_import_sends_only_what_is_missing():
    line = CutLine()
    with (
        pb.open_sandbox(leads=30, rate_limit=1_000_000, in_process=False) as ws,
        pb.connect(ws.sandbox.create_key(), base_url=ws.base_url, transport=line) as other,
    ):
        other.imports._most_rows = 2
        other._session.client._timing = replace(other._session.client._timing, sleep=lambda _: None)
        with pytest.raises(errors.ConnectionFailedError) as caught:
            other.imports.create(PEOPLE, MAPPING)
        assert caught.value.__notes__ == ["2 of 3 imports were sent before; the same call sends only the others"]
        line.left = 1
        assert len(other.imports.create(PEOPLE, MAPPING).ids) == 3
        assert line.left == 0


def test_an_own_idempotency_key_is_numbered_for_each_piece(ws, small_pieces):
    run = ws.imports.create(PEOPLE, MAPPING, idempotency_key="mine")
    keys = ws.journal()["key"].tolist()
    assert keys == ["mine-3", "mine-2", "mine-1"]
    assert ws.imports.create(PEOPLE.head(2), MAPPING, idempotency_key="single").id not in run.ids


def test_csv_as_a_path_and_as_text_gives_the_same(ws, tmp_path):
    text = 'Mail,Name,Score\r\na@example.com,"A, B",7\r\n\r\nbad,,\r\n'
    path = tmp_path / "people.csv"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    run = ws.imports.wait(ws.imports.create(path, MAPPING))
    assert ws.imports.get(run.id).filename == "people.csv"
    assert (run.created_count, run.skipped_count, run.error_count) == (1, 1, 1)
    assert ws.imports.errors(run)["row_number"].tolist() == [3]  # a blank line is a row
    assert ws.leads.list(email="a@example.com")["full_name"].tolist() == ["A, B"]
    again = ws.imports.wait(ws.imports.create(text, MAPPING))
    assert (again.created_count, again.skipped_count) == (0, 2)
    assert ws.imports.create(str(path), MAPPING).id == run.id


def test_a_mapping_object_converts_values_and_fills_in_defaults(ws):
    mapping = pb.Mapping({"Mail": "email", "Punkte": "score"}, defaults={"source": "trade show"})
    run = ws.imports.create("Mail,Punkte\nada@example.com,7\n", mapping)
    assert ws.imports.wait(run).created_count == 1
    lead = ws.leads.get(ws.leads.list(email="ada@example.com")["id"].iloc[0])
    assert (lead.score, lead.source) == (7, "trade show")


def test_cells_arrive_exactly(ws):
    people = pd.DataFrame(
        {
            "Mail": ["a@example.com", "b@example.com"],
            "Phone": [49309018200, np.nan],  # a gap made it a float
            "Count": pd.array([2**53 + 1, None], dtype="Int64"),
            "When": [datetime(2026, 3, 1, 12, tzinfo=UTC), pd.NaT],
            "Tags": [["x", "y"], None],
        }
    )
    mapping = {
        "Mail": "email", "Phone": "phone", "Count": "employee_count", "When": "last_contacted_at", "Tags": "tags",
    }  # fmt: skip
    assert ws.imports.wait(ws.imports.create(people, mapping)).created_count == 2
    lead = ws.leads.get(ws.leads.list(email="a@example.com")["id"].iloc[0])
    assert (lead.phone, lead.employee_count, lead.tags) == ("49309018200", 2**53 + 1, ["x", "y"])
    assert lead.last_contacted_at == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_dry_run_counts_and_keeps_nothing(ws):
    before = len(ws.leads.list())
    assert ws.imports.wait(ws.imports.create(PEOPLE, MAPPING, dry_run=True)).created_count == 3
    assert len(ws.leads.list()) == before


def test_waiting_takes_an_import_and_its_id_too(ws):
    run = ws.imports.create(PEOPLE, MAPPING)
    assert ws.imports.wait(run.id).created_count == 3
    assert ws.imports.wait(ws.imports.get(run.id)).status == "completed"


def test_an_import_run_shows_its_counts(ws):
    run = ws.imports.create(PEOPLE, MAPPING)
    assert "queued" in repr(run)
    assert "mathjax_ignore" in run._repr_html_()


# --- validate --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("frame", ["pandas", "polars"])
def test_validating_reports_the_same_and_changes_nothing(ws, frame, small_pieces):
    check = ws.imports.validate(PEOPLE, MAPPING, frame=frame)
    assert (check.total_rows, check.created_count, check.error_count, check.failures) == (5, 3, 2, ())
    assert list(check.errors["row_number"]) == [2, 5]
    assert len(ws.leads.list(email="a@example.com")) == 0
    none = ws.imports.validate(PEOPLE.iloc[[0]], MAPPING, frame=frame)
    assert list(none.errors.dtypes) == list(check.errors.dtypes)
    assert "errors" not in repr(check)
    assert "created" in check._repr_html_()


@pytest.mark.filterwarnings("ignore:imports.validate differs")
@pytest.mark.parametrize(
    ("answered", "numbers", "messages", "failures"),
    [
        (
            {"errors": [{"line": 2, "message": "is invalid"}, None], "failure": "mapping"},
            [None],
            ["is invalid"],
            ("mapping",),
        ),
        ({"errors": [{"row_number": "2", "reason": "is invalid"}]}, [2], ["is invalid"], ()),
        (
            {"errors": ["row 2 is invalid"], "failure": {"detail": "no plan"}},
            [None],
            ["row 2 is invalid"],
            ("no plan",),
        ),
        ({"errors": 3, "failure": True}, [], [], ("the service gives no reason",)),
    ],
)
def test_a_check_in_the_words_of_another_service_is_read(answered, numbers, messages, failures):
    def respond(_, path):
        return {"data": answered} if path == "/imports/validate" else {"data": []}

    with connect_workspace(respond) as ws:
        check = ws.imports.validate(pl.DataFrame({"Mail": ["x"]}), {"Mail": "email"}, frame="polars")
    assert check.errors["row_number"].to_list() == numbers
    assert check.errors["message"].to_list() == messages
    assert check.failures == failures


@pytest.mark.parametrize("status", ["failed", "expired", "rejected"])
def test_waiting_for_an_import_that_has_ended_without_success_raises(status):
    found = {
        "id": "imp_1",
        "object": "import",
        "job_id": "job_1",
        "status": status,
        "finished_at": "2026-03-10T12:00:00Z",
    }
    with connect_workspace(lambda *_: {"data": found}) as ws, pytest.raises(errors.JobFailedError) as caught:
        ws.imports.wait("imp_1")
    assert (caught.value.code, caught.value.job_id) == (status, "job_1")


# --- bad input -------------------------------------------------------------------------------------------------------


@each_case(
    ("data", "mapping", "kind", "says"),
    [
        (PEOPLE, {"Mial": "email"}, errors.MappingError, "did you mean 'Mail'"),
        (PEOPLE, {"Mail": "emial"}, errors.MappingError, "did you mean 'email'"),
        (PEOPLE, {"Mail": "email", "Name": "email"}, errors.MappingError, "two columns are mapped to 'email'"),
        (PEOPLE, {"Name": "full_name"}, errors.InvalidParameterError, "no column is mapped to 'email'"),
        (PEOPLE, ["Mail"], errors.MappingError, "a dict, not list"),
        (PEOPLE, {}, errors.InvalidParameterError, "no column is mapped"),
        (PEOPLE, None, errors.MappingError, r"needs a mapping.* → .*pb\.Mapping\.suggest"),
        ("Mail;Name\na@b.example;A\n", MAPPING, errors.InvalidParameterError, "separated by ';', .*read_leads"),
        ("Mail\tName\na@b.example\tA\n", MAPPING, errors.InvalidParameterError, "separated by a tab"),
        (PEOPLE.head(0), MAPPING, errors.InvalidParameterError, "no rows"),
        (pl.DataFrame({"Mail": []}), {"Mail": "email"}, errors.InvalidParameterError, "no rows"),
        ([{"Mail": "a@example.com"}], MAPPING, errors.InvalidParameterError, "not list → .*DataFrame"),
        (None, MAPPING, errors.InvalidParameterError, "not NoneType"),
        ("nowhere.csv", MAPPING, errors.InvalidParameterError, "cannot be read"),
        ("Mail\n", {"Mail": "email"}, errors.InvalidParameterError, "a header, but no rows"),
        ("Mail,Mail\na,b\n", {"Mail": "email"}, errors.InvalidParameterError, "two columns 'Mail'"),
        ("Mail,\na,b\n", {"Mail": "email"}, errors.InvalidParameterError, "names every column"),
        ('Mail\n"a\n', {"Mail": "email"}, errors.InvalidParameterError, "not a CSV: .* at line"),
        ("Mail\na@b.example,x\n", {"Mail": "email"}, errors.InvalidParameterError, "row 1 of the CSV has more cells"),
        (
            pd.DataFrame({"Mail": ["\ud800"]}, dtype=object),
            {"Mail": "email"},
            errors.InvalidParameterError,
            "unpaired surrogate",
        ),
        (pd.DataFrame({"Mail": ["x" * (11 << 20)]}), {"Mail": "email"}, errors.InvalidParameterError, "too large"),
        (pd.DataFrame([["a", "b"]], columns=["Mail", "Mail"]), {"Mail": "email"}, errors.MappingError, "two columns"),
    ],
)
def test_wrong_arguments_are_refused_before_anything_is_sent(shared, data, mapping, kind, says):
    before = sent(shared)
    for verb in (shared.imports.create, shared.imports.validate):
        with pytest.raises(kind, match=says):
            verb(data, mapping)
    assert sent(shared) == before


def test_a_file_in_another_encoding_suggests_read_leads(shared, tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes("Mail,Name\na@b.example,Zoë\n".encode("latin-1"))
    with pytest.raises(errors.InvalidParameterError, match=r"is not UTF-8 → pb\.read_leads"):
        shared.imports.create(path, MAPPING)


def test_a_read_only_workspace_imports_nothing(shared):
    with (
        pb.connect(shared.sandbox.create_key(), base_url=shared._session.client.base_url, read_only=True) as other,
        pytest.raises(errors.ReadOnlyError),
    ):
        other.imports.create(PEOPLE, MAPPING)


def test_a_key_that_may_not_read_lead_fields_uses_those_of_the_contract(shared):
    key = shared.sandbox.create_key(scopes=["me.read", "leads.import"])
    with pb.connect(key, base_url=shared._session.client.base_url) as other:
        assert other.imports.validate(PEOPLE, MAPPING).created_count == 3


# --- pieces ----------------------------------------------------------------------------------------------------------


@given(
    rows=st.lists(
        st.fixed_dictionaries({"a": st.none() | st.text('x\n"é', max_size=9), "b": st.none() | st.integers()}),
        min_size=1,
        max_size=30,
    ),
    most=st.integers(1, 9),
)
def test_pieces_contain_all_rows_in_order(rows, most):
    found = list(pieces(rows, most_rows=most))
    assert [piece.offset for piece in found] == list(range(0, len(rows), most))
    whole = [{"a": row.get("a"), "b": row.get("b")} for piece in found for row in piece.rows]
    assert whole == rows
    assert all(piece.rows[0].keys() == {"a", "b"} and len(piece.rows) <= most for piece in found)
    assert list(pieces(rows, most_rows=most)) == found


def test_a_piece_fits_the_largest_body():
    rows = [{"a": "ü" * 100_000} for _ in range(150)]
    found = list(pieces(rows))
    assert sum(len(piece.rows) for piece in found) == 150
    sizes = [len(json.dumps({"rows": piece.rows}, ensure_ascii=False).encode()) for piece in found]
    assert max(sizes) < import_rows.MOST_BYTES
    assert len(found) == 3


@pytest.mark.parametrize("key", [None, "by-hand"])
def test_rows_that_are_too_large_for_a_gateway_are_sent_in_halves_once(small_frame, key):
    bodies = []
    with connect_to_gateway(600, bodies) as ws:
        ws.imports._most_rows = 20
        run = ws.imports.create(small_frame, MAPPING, idempotency_key=key)
        again = ws.imports.create(small_frame, MAPPING, idempotency_key=key)
    rows = [row["Mail"] for _, rows in bodies for row in rows]
    assert rows == small_frame["Mail"].tolist()  # also in order, and none twice
    assert run.ids == again.ids == tuple(f"imp_{n}" for n in range(1, len(bodies) + 1))
    assert len({key for key, _ in bodies}) == len(bodies) > 3
    assert all({"Mail", "Name", "Score"} <= rows[0].keys() for _, rows in bodies)


def test_halves_that_were_sent_are_not_sent_again_by_a_larger_limit(small_frame):
    limits, rows = [900], []

    def respond(request, path):
        if request.method != "POST":
            return {"data": []}
        if len(request.content) > limits[-1]:
            return httpx.Response(413, json={"message": "Request Too Long"})
        if rows and len(limits) == 1:
            return httpx.Response(403, json={"error": {"code": "forbidden", "message": "no"}})
        rows.extend(row["Mail"] for row in json.loads(request.content)["rows"])
        number = len(rows)
        return {"data": {"id": f"imp_{number}", "object": "import", "job_id": f"job_{number}", "status": "queued"}}

    with connect_workspace(respond) as ws:
        with pytest.raises(errors.PermissionDeniedError, match=r"1 of \d imports were sent before"):
            ws.imports.create(small_frame, MAPPING)
        limits.append(1_000_000)
        ws.imports.create(small_frame, MAPPING)
        assert rows == small_frame["Mail"].tolist()
        ws.imports.create(small_frame, MAPPING, again=True)
    assert rows == small_frame["Mail"].tolist() * 2


def test_a_piece_with_more_rows_than_the_first_one_is_not_cut(monkeypatch):
    bodies = []
    monkeypatch.setattr(import_rows, "MOST_BYTES", import_rows._ROOM + 270)
    people = pd.DataFrame({"Mail": [f"{'long' * 60}@x.example", "a@x.example", "b@x.example", "c@x.example"]})
    with connect_to_gateway(10_000, bodies) as ws:
        assert ws.imports.create(people, {"Mail": "email"}).offsets == (0, 1)
    assert [len(rows) for _, rows in bodies] == [1, 3]


def test_rows_that_may_have_been_imported_are_not_sent_in_halves(small_frame):
    bodies = []

    def respond(request, path):
        if request.method != "POST" or path != "/imports":
            return {"data": []}
        bodies.append(len(json.loads(request.content)["rows"]))
        return httpx.Response(504 if len(bodies) == 1 else 413, json={"message": "no"})

    with connect_workspace(respond) as ws:
        ws._session.client.profile.learn("honours_keys", True, "a test", operation="imports.create")
        with pytest.raises(errors.APIError):
            ws.imports.create(small_frame, MAPPING)
    assert set(bodies) == {len(small_frame)}


def test_a_service_that_writes_booleans_in_its_own_way_takes_imports_that_are_not_dry_runs(small_frame):
    def respond(request, path):
        if request.method != "POST" or path != "/imports":
            return {"data": []}
        if json.loads(request.content).get("dry_run") not in {None, "Y", "N"}:
            return httpx.Response(400, json={"message": "dry_run: must be Y or N"})
        return {"data": {"id": "import_1", "object": "import", "status": "completed", "total_rows": len(small_frame)}}

    with connect_workspace(respond) as ws:
        assert ws.imports.create(small_frame, MAPPING).id == "import_1"


def test_a_check_that_fails_does_not_speak_of_imports(small_frame):
    left = [1]

    def respond(request, path):
        if request.method != "POST":
            return {"data": []}
        if not left:
            return httpx.Response(403, json={"error": {"code": "forbidden", "message": "no"}})
        return {"data": {"total_rows": left.pop(), "errors": []}}

    with connect_workspace(respond) as ws:
        ws.imports._most_rows = 20
        with pytest.raises(errors.PermissionDeniedError) as caught:
            ws.imports.validate(small_frame, MAPPING)
        assert not hasattr(caught.value, "__notes__")


def test_a_row_that_is_too_large_for_a_gateway_is_refused(small_frame):
    bodies = []
    with connect_to_gateway(60, bodies) as ws, pytest.raises(errors.PayloadTooLargeError):
        ws.imports.create(small_frame, MAPPING)
    assert bodies == []


@pytest.fixture
def small_frame():
    names = [f"Per Son {n}" if n % 3 else None for n in range(33)]
    return pd.DataFrame({"Mail": [f"p{n}@example.com" for n in range(33)], "Name": names, "Score": range(33)})
