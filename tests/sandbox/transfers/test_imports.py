"""Imports: mappings, cells, matches, counts and errors; a dry run predicts the import."""

import json
import uuid
from functools import partial

import pytest

from each_case import each_case
from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.sandbox.http.bodies import MEBIBYTE

MAIL = {"m": "email"}


def run_in(sandbox, api, rows, mapping, **body):
    """Run an import to its end, and return it."""
    source = {"csv": rows} if isinstance(rows, str) else {"rows": rows}
    made = api.post("/imports", json={**source, "mapping": mapping, **body})
    assert made.status_code == 201, made.text
    sandbox.clock.advance(3600)
    return api.get(f"/imports/{made.json()['data']['id']}").json()["data"]


@pytest.fixture
def run(sandbox, api):
    """:func:`run_in` with the sandbox of one test."""
    return partial(run_in, sandbox, api)


@pytest.fixture(scope="module")
def bench(serve):
    """One sandbox for tests that do not affect each other."""
    with Sandbox(leads=5, rate_limit=1_000_000) as sandbox, serve(sandbox) as api:
        yield sandbox, api


@pytest.fixture
def errors(api):
    """Return a function that returns the errors of an import, as (row, field, code)."""

    def errors(made):
        data = api.get(f"/imports/{made['id']}/errors?limit=500").json()["data"]
        return [(error["row_number"], error["field"], error["code"]) for error in data]

    return errors


@pytest.fixture
def lead_of(api):
    """Return the only lead with an email address."""

    def lead_of(email):
        [lead] = api.get("/leads", params={"email": email}).json()["data"]
        return lead

    return lead_of


def counts(made):
    return tuple(made[f"{name}_count"] for name in ("created", "updated", "skipped", "error"))


def test_rows_become_leads_typed_by_their_fields(run, lead_of):
    row = {
        "Mail": "new@b.example",
        "Name": "Zoë Okafor",
        "Phone": 4930901820,
        "Staff": "1200",
        "Score": -3.0,
        "Tags": "spring; fair;",
        "Last": "2026-03-01T10:00:00+01:00",
        "Use": " kept as it is ",
        "Deal": "12000.5",
        "Opt": "YES",
        "Renewal": " 2026-12-31 ",
        "Demo": "2026-04-01T09:30:00Z",
        "Tier": "A ",
        "Interests": ["Security", "Reporting"],
        "Ignored": "x",
    }
    mapping = {
        "Mail": "email", "Name": "full_name", "Phone": "phone", "Staff": "employee_count", "Score": "score",
        "Tags": "tags", "Last": "last_contacted_at", "Use": "use_case", "Deal": "deal_value_eur",
        "Opt": "newsletter_opt_in", "Renewal": "renewal_date", "Demo": "demo_at", "Tier": "tier",
        "Interests": "interests",
    }  # fmt: skip
    made = run([row], mapping, filename="fair.csv")
    assert (made["status"], counts(made), made["total_rows"]) == ("completed", (1, 0, 0, 0), 1)
    assert (made["filename"], made["mapping"], made["match_on"]) == ("fair.csv", mapping, "email")
    lead = lead_of("new@b.example")
    assert lead["import_id"] == made["id"]
    assert (lead["full_name"], lead["phone"], lead["employee_count"]) == ("Zoë Okafor", "4930901820", 1200)
    assert (lead["score"], lead["tags"]) == (-3, ["spring", "fair"])
    assert lead["last_contacted_at"] == "2026-03-01T09:00:00.000Z"
    assert lead["custom_fields"] == {
        "use_case": " kept as it is ",
        "deal_value_eur": 12000.5,
        "newsletter_opt_in": True,
        "renewal_date": "2026-12-31",
        "demo_at": "2026-04-01T09:30:00.000Z",
        "tier": "A",
        "interests": ["Security", "Reporting"],
    }


BAD_CELLS = {
    "email": ["no address", 7], "full_name": ["x" * 256, True], "employee_count": ["1,200", "1.5", -1, "9" * 30],
    "score": ["high", True], "country": ["Germany", "ZZ"], "phone": ["zzz"], "website": ["::"],
    "linkedin_url": ["not a url"], "company_domain": ["has space"], "status": ["hot", "New"], "tags": ["x" * 65],
    "last_contacted_at": ["2026-03-01", "01.03.2026"], "merged_into": ["lead_0000000000000000"],
    "use_case": [1.5, ["a"]], "deal_value_eur": ["12 000", "1e99999", "9" * 300 + "e99", "١٢"],
    "newsletter_opt_in": ["perhaps", 2], "renewal_date": ["2026-02-30", "31/12/2026"],
    "demo_at": ["2026-04-01T09:30:00"], "tier": ["D"], "interests": ["Security;Cooking", "Security;Security"],
    "billing_email": ["billing"], "assistant_phone": ["call me"], "booking_url": ["javascript:alert(1)"],
}  # fmt: skip


@each_case(("key", "cell"), [(key, cell) for key, cells in BAD_CELLS.items() for cell in cells])
def test_an_invalid_cell_is_one_error_and_skips_its_row(bench, key, cell):
    sandbox, api = bench
    good, bad = (f"{uuid.uuid4().hex}@b.example" for _ in range(2))
    rows = [{"m": good, "c": ""}, {"m": bad, "c": cell}]
    mapping = {"m": "external_id", "c": "email"} if key == "email" else {"m": "email", "c": key}
    made = run_in(sandbox, api, rows, mapping, match_on=mapping["m"])
    assert (made["status"], counts(made)) == ("completed", (1, 0, 0, 1))
    [error] = api.get(f"/imports/{made['id']}/errors").json()["data"]
    assert (error["row_number"], error["field"], error["raw"]) == (2, key, rows[1])
    assert error["import_id"] == made["id"]
    assert len(str(cell)) < 5 or str(cell) not in error["message"]
    [lead] = api.get("/leads", params={"import_id": made["id"]}).json()["data"]
    assert lead[mapping["m"]] == good


def test_the_errors_of_a_row_are_in_the_order_of_the_columns(run, errors):
    mapping = {"t": "tier", "m": "email", "s": "score", "x": "tags"}
    made = run([{"t": "Z", "m": "nobody", "s": "x", "x": ["", "x" * 65, "y" * 65]}, {"t": "A"}], mapping)
    assert [(row, field) for row, field, _ in errors(made)] == [
        (1, "tier"), (1, "email"), (1, "score"), (1, "tags"), (2, "email"),
    ]  # fmt: skip
    assert errors(made)[-1] == (2, "email", "required")


def test_an_import_with_only_invalid_rows_is_completed(run, errors, api):
    made = run([{"m": "x"}] * 700, MAIL)
    assert (made["status"], counts(made)) == ("completed", (0, 0, 0, 700))
    first = api.get(f"/imports/{made['id']}/errors?limit=500&include_total=true").json()
    assert first["pagination"]["total"] == 700
    second = api.get(
        f"/imports/{made['id']}/errors", params={"limit": 500, "cursor": first["pagination"]["next_cursor"]}
    )
    seen = [error["row_number"] for error in first["data"] + second.json()["data"]]
    assert seen == list(range(1, 701))
    [event] = [
        event for event in api.get(f"/jobs/{made['job_id']}/events").json()["data"] if event["level"] == "warning"
    ]
    assert "700 error" in event["message"]


def test_blank_cells_leave_values_unchanged(run, make_lead, lead_of):
    make_lead(email="a@b.example", title="Chef", tags=["x"], custom_fields={"tier": "A"})
    before = lead_of("a@b.example")
    mapping = {"m": "email", "t": "title", "g": "tags", "c": "tier"}
    blank = [
        {"m": "a@b.example", "t": cell, "g": other, "c": cell} for cell, other in [("", []), (None, ""), (" ", None)]
    ]
    assert counts(run([*blank, {"m": " A@B.example "}], mapping)) == (0, 1, 3, 0)
    after = lead_of("a@b.example")
    assert after == before | {"email": " A@B.example ", "updated_at": after["updated_at"]}


def test_rows_match_trimmed_and_case_folded_and_each_other(run, make_lead, lead_of):
    make_lead(email="a@b.example")
    rows = [{"m": " A@b.EXAMPLE", "t": "CEO"}, {"m": "new@b.example"}, {"m": "NEW@b.example", "t": "CTO"}, {}]
    assert counts(run(rows, {"m": "email", "t": "title"})) == (1, 2, 1, 0)
    assert lead_of("new@b.example")["title"] == "CTO"
    assert lead_of("a@b.example")["import_id"] is None


def test_a_column_of_a_row_may_have_any_name(run, errors, lead_of):
    rows = [{"m": "a@b.example", "(extra)": "x"}, {"(extra)": "x"}, {"(extra)": None}]
    assert counts(run(rows, MAIL)) == (1, 0, 2, 0)
    assert counts(run(rows, MAIL | {"(extra)": "title"})) == (0, 1, 1, 1)
    assert lead_of("a@b.example")["title"] == "x"
    # In rows of CSV text this column holds the cells beyond the header.
    assert errors(run("m\nc@b.example,x\n", MAIL)) == [(1, None, "extra_cells")]


def test_external_ids_match_as_text(run, make_lead, api):
    known = make_lead(external_id="0012")
    other = make_lead(external_id="12")
    rows = [{"id": "0012", "t": "first"}, {"id": 12, "t": "second"}]
    assert counts(run(rows, {"id": "external_id", "t": "title"}, match_on="external_id")) == (0, 2, 0, 0)
    assert api.get(f"/leads/{known['id']}").json()["data"]["title"] == "first"
    assert api.get(f"/leads/{other['id']}").json()["data"]["title"] == "second"


def test_a_row_that_matches_several_leads_is_skipped(run, errors, make_lead, api):
    twins = [make_lead(email="twin@b.example") for _ in range(2)]
    made = run([{"m": "twin@b.example", "t": "x"}, {"m": "one@b.example"}], {"m": "email", "t": "title"})
    assert counts(made) == (1, 0, 0, 1)
    assert errors(made) == [(1, "email", "ambiguous_match")]
    for twin in twins:
        assert api.get(f"/leads/{twin['id']}").json()["data"] == twin


def test_deleted_leads_are_not_matched(run, make_lead, api):
    gone = make_lead(email="gone@b.example")
    api.delete(f"/leads/{gone['id']}")
    assert counts(run([{"m": "gone@b.example"}], MAIL)) == (1, 0, 0, 0)
    assert api.get(f"/leads/{gone['id']}").json()["data"]["deleted_at"]


@pytest.mark.parametrize("status", ["unsubscribed", "bounced"])
def test_an_opted_out_lead_keeps_its_status_unless_a_cell_names_one(run, make_lead, lead_of, status):
    make_lead(email="out@b.example", status=status)
    mapping = {"m": "email", "t": "title", "s": "status"}
    assert counts(run([{"m": "out@b.example", "t": "CEO", "s": ""}], mapping)) == (0, 1, 0, 0)
    assert (lead_of("out@b.example")["status"], lead_of("out@b.example")["title"]) == (status, "CEO")
    run([{"m": "out@b.example", "t": "", "s": "new"}], mapping)
    assert lead_of("out@b.example")["status"] == "new"


@pytest.fixture
def full(serve):
    """A workspace whose limit allows 3 more leads."""
    with Sandbox(leads=10, rate_limit=1_000_000) as sandbox:
        stored = sandbox._store.execute("SELECT leads_stored FROM workspaces WHERE id = ?", (sandbox.workspace_id,))
        sandbox._store.execute("UPDATE workspaces SET leads_limit = ?", (stored[0][0] + 3,))
        with serve(sandbox) as api:
            yield sandbox, api


def test_an_import_past_the_limit_fails_as_a_whole(full):
    sandbox, api = full
    before = api.get("/leads?limit=500").json()["data"]
    body = {"rows": [{"m": f"u{number}@b.example"} for number in range(4)], "mapping": MAIL}
    for path, extra in (("/imports/validate", {}), ("/imports", {}), ("/imports", {"dry_run": True})):
        answer = api.post(path, json=body | extra).json()["data"]
        sandbox.clock.advance(60)
        if path == "/imports":
            job = api.get(f"/jobs/{answer['job_id']}").json()["data"]
            answer = api.get(f"/imports/{answer['id']}").json()["data"]
            assert (answer["status"], job["status"], job["progress"]) == ("failed", "failed", 0.75)
            assert job["error"]["code"] == "leads_limit_reached"
            failure = job["error"]
            assert answer["finished_at"] == job["finished_at"]
        else:
            assert answer["failure"]["code"] == "leads_limit_reached"
            failure = answer["failure"]
        # The leads of the import are rolled back: the workspace is not full.
        assert "would" in failure["message"]
        assert "holds" not in failure["message"]
        assert counts(answer) == (0, 0, 0, 0)
        assert api.get("/leads?limit=500").json()["data"] == before
    body["rows"].pop()
    made = api.post("/imports", json=body).json()["data"]
    sandbox.clock.advance(60)
    assert counts(api.get(f"/imports/{made['id']}").json()["data"]) == (3, 0, 0, 0)
    # Neither finished nor failed imports keep their rows.
    assert sandbox._store.execute("SELECT * FROM import_rows") == []


def test_a_dry_run_predicts_the_import(run, errors, api, make_lead):
    make_lead(email="a@b.example", title="CEO")
    for _ in range(2):
        make_lead(email="twin@b.example")
    rows = [
        {"m": "a@b.example", "t": "CTO"},
        {"m": "a@b.example", "t": "CTO"},
        {"m": "new@b.example"},
        {"m": "twin@b.example"},
        {"m": "bad"},
        {},
    ]
    mapping = {"m": "email", "t": "title"}
    before = api.get("/leads?limit=500").json()["data"]
    checked = api.post("/imports/validate", json={"rows": rows, "mapping": mapping}).json()["data"]
    dry = run(rows, mapping, dry_run=True)
    assert api.get("/leads?limit=500").json()["data"] == before
    assert not api.get("/leads", params={"import_id": dry["id"]}).json()["data"]
    real = run(rows, mapping)
    assert counts(checked) == counts(dry) == counts(real) == (1, 1, 2, 2)
    assert (dry["dry_run"], real["dry_run"]) == (True, False)
    predicted = [(error["row_number"], error["field"], error["code"]) for error in checked["errors"]]
    assert predicted == errors(dry) == errors(real)
    assert checked["total_rows"] == 6
    assert checked["failure"] is None
    assert api.get("/imports?limit=500&include_total=true").json()["pagination"]["total"] >= 2


def test_validate_returns_100_errors_and_counts_all(api):
    answer = api.post("/imports/validate", json={"rows": [{"m": "x"}] * 150, "mapping": MAIL}).json()["data"]
    assert (len(answer["errors"]), answer["error_count"]) == (100, 150)


ROWS = [{"m": "a@b.example", "n": "x"}]
REFUSED = {
    "unknown field": ({"rows": ROWS, "mapping": MAIL | {"n": "nickname"}}, ["mapping.n"], "unknown_field"),
    "field that nobody sets": ({"rows": ROWS, "mapping": MAIL | {"n": "import_id"}}, ["mapping.n"], "unknown_field"),
    "duplicate field": ({"rows": ROWS, "mapping": MAIL | {"n": "email"}}, ["mapping.n"], "duplicate_field"),
    "unknown column": ({"rows": ROWS, "mapping": MAIL | {"x": "title"}}, ["mapping.x"], "unknown_column"),
    "unknown csv column": ({"csv": "m\nx\n", "mapping": MAIL | {"x": "title"}}, ["mapping.x"], "unknown_column"),
    "no match column": ({"rows": ROWS, "mapping": {"n": "title"}}, ["mapping"], "required"),
    "other match column": ({"rows": ROWS, "mapping": MAIL, "match_on": "external_id"}, ["mapping"], "required"),
    "match on phone": ({"rows": ROWS, "mapping": MAIL, "match_on": "phone"}, ["match_on"], "literal_error"),
    "no mapping": ({"rows": ROWS}, ["mapping"], "required"),
    "empty mapping": ({"rows": ROWS, "mapping": {}}, ["mapping"], "too_short"),
    "no rows": ({"mapping": MAIL}, ["body"], "invalid_value"),
    "both sources": ({"rows": ROWS, "csv": "m\na@b.example", "mapping": MAIL}, ["body"], "invalid_value"),
    "empty rows": ({"rows": [], "mapping": MAIL}, ["rows"], "too_short"),
    "no objects": ({"rows": [["a@b.example"]], "mapping": MAIL}, ["rows.0"], "dict_type"),
    "too many rows": ({"rows": [{"m": ""}] * 10_001, "mapping": MAIL}, ["rows"], "too_long"),
    "too many csv rows": ({"csv": "m\n" + "a@b.example\n" * 10_001, "mapping": MAIL}, ["csv"], "invalid_csv"),
    "nested cell": ({"rows": [{"m": {"x": 1}}], "mapping": MAIL}, ["rows.0.m"], "invalid_value"),
    "huge number": ({"rows": [{"m": 2**63}], "mapping": MAIL}, ["rows.0.m"], "invalid_value"),
    "open quote": ({"csv": 'm\n"a@b.example', "mapping": MAIL}, ["csv"], "invalid_csv"),
    "header only": ({"csv": "m\n", "mapping": MAIL}, ["csv"], "invalid_csv"),
    "header twice": ({"csv": "m,m\na,b", "mapping": MAIL}, ["csv"], "invalid_csv"),
    "unknown member": ({"rows": ROWS, "mapping": MAIL, "file": "x"}, ["file"], "unknown_field"),
}  # fmt: skip


@pytest.mark.parametrize("path", ["/imports", "/imports/validate"])
@pytest.mark.parametrize(("body", "named", "why"), REFUSED.values(), ids=REFUSED)
def test_an_invalid_import_is_refused(shared_api, fields, path, body, named, why):
    response = shared_api.post(path, json=body)
    assert fields(response) == named
    assert response.json()["error"]["details"][0]["code"] == why


def test_an_unknown_field_gets_the_nearest_name(shared_api):
    answer = shared_api.post("/imports", json={"rows": ROWS, "mapping": MAIL | {"n": "full_nmae"}}).json()
    assert "'full_name'" in answer["error"]["details"][0]["message"]


def test_row_numbers_of_csv_do_not_count_the_header(run, errors, lead_of):
    text = (
        '\ufeffMail,"Job, title",Name\r\none@b.example,"Head ""of"" Sales","two\r\nlines"\r\n\r\n'
        "bad,x,y\r\ntwo@b.example\r\n"
        "three@b.example,x,y,more\r\n\r\n"
    )
    made = run(text, {"Mail": "email", "Job, title": "title"})
    assert (made["total_rows"], counts(made)) == (5, (2, 0, 1, 2))
    assert lead_of("one@b.example")["title"] == 'Head "of" Sales'
    assert errors(made) == [(3, "email", "string_pattern_mismatch"), (5, None, "extra_cells")]


def test_an_import_body_has_at_most_ten_mebibytes(api, code):
    frame = json.dumps({"rows": [{"m": "a@b.example"}], "mapping": MAIL}).encode()
    body = frame + b" " * (10 * MEBIBYTE - len(frame))
    headers = {"Content-Type": "application/json"}
    assert api.post("/imports", content=body, headers=headers).status_code == 201
    response = api.post("/imports", content=body + b" ", headers=headers)
    assert (response.status_code, code(response)) == (413, "payload_too_large")


def test_import_and_job_keep_the_id_of_their_request(run, api):
    made = api.post("/imports", json={"rows": ROWS, "mapping": MAIL})
    request_id = made.headers["X-Request-Id"]
    assert made.json()["data"]["request_id"] == request_id
    assert api.get(f"/jobs/{made.json()['data']['job_id']}").json()["data"]["request_id"] == request_id


def test_an_idempotency_key_makes_one_import(sandbox, api, code):
    body = {"rows": ROWS, "mapping": MAIL}
    first, second = (api.post("/imports", json=body, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.content == first.content
    sandbox.clock.advance(60)
    done = {"status": "completed", "limit": 500, "updated_after": "2026-03-10T12:00:00Z"}
    assert len(api.get("/imports", params=done).json()["data"]) == 1
    other = api.post("/imports", json=body | {"dry_run": True}, headers={"Idempotency-Key": "k"})
    assert (other.status_code, code(other)) == (409, "idempotency_key_reused")
