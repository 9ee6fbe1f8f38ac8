"""Exports: filters and fields, files with the same leads as the list, and readiness without a route to the file."""

import csv
import io
import json
import os
import stat
from datetime import timedelta
from functools import partial
from hashlib import sha256

import openpyxl
import pytest

from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.sandbox.core.models import Lead
from pb2b_notebook.sandbox.transfers.export_formats import MOST_ROWS
from pb2b_notebook.sandbox.transfers.exports import KEPT_FOR

DAY = 86_400


def run_in(sandbox, api, **body):
    """Run an export to its end, and return the export, its readiness, and the file."""
    made = api.post("/exports", json=body)
    assert made.status_code == 201, made.text
    sandbox.clock.advance(60)
    export_id = made.json()["data"]["id"]
    export = api.get(f"/exports/{export_id}").json()["data"]
    assert export["status"] == "completed", api.get(f"/jobs/{export['job_id']}").text
    download = api.get(f"/exports/{export_id}/download").json()["data"]
    path = sandbox.data_folder / sandbox.workspace_id / "exports" / f"{export_id}.{export['format']}"
    return export, download, path.read_bytes()


def list_in(api, **params):
    """Return all leads of the list for some filters."""
    page = api.get("/leads", params={"limit": 500, **params}).json()
    assert not page["pagination"]["has_more"]
    return page["data"]


@pytest.fixture
def run(sandbox, api):
    """:func:`run_in` with the sandbox of one test."""
    return partial(run_in, sandbox, api)


@pytest.fixture
def listed(api):
    """:func:`list_in` with the sandbox of one test."""
    return partial(list_in, api)


@pytest.fixture(scope="module")
def bench(serve):
    """One sandbox with many leads, for tests that do not change them."""
    with Sandbox(leads=400, rate_limit=1_000_000) as sandbox, serve(sandbox) as api:
        yield sandbox, api


def read_csv(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def read_jsonl(content):
    return [json.loads(line) for line in content.decode("utf-8").splitlines()]


def read_xlsx(content):
    header, *rows = openpyxl.load_workbook(io.BytesIO(content))["Leads"].values
    return [dict(zip(header, row, strict=True)) for row in rows]


def flat(lead):
    """Return a lead as the columns of a file."""
    return lead["custom_fields"] | {name: lead[name] for name in lead if name not in ("object", "custom_fields")}


def test_jsonl_contains_the_leads_of_the_list(run, listed, shared_api):
    export, _, content = run(format="jsonl")
    leads = listed()
    rows = read_jsonl(content)
    custom = [field["key"] for field in shared_api.get("/lead-fields?limit=500").json()["data"] if not field["builtin"]]
    assert export["fields"] == [name for name in Lead.model_fields if name not in ("object", "custom_fields")] + custom
    assert all(list(row) == export["fields"] for row in rows)
    assert rows == [dict.fromkeys(export["fields"]) | flat(lead) for lead in leads]
    assert export["row_count"] == len(leads)


def test_csv_contains_the_values_as_text(run, listed):
    _, _, content = run(fields=["id", "full_name", "employee_count", "interests", "newsletter_opt_in", "tags"])
    rows = read_csv(content)
    assert [row["id"] for row in rows] == [lead["id"] for lead in listed()]
    for row, lead in zip(rows, map(flat, listed()), strict=True):
        assert row["full_name"] == (lead["full_name"] or "")
        assert row["employee_count"] == ("" if lead["employee_count"] is None else str(lead["employee_count"]))
        assert row["interests"] == ";".join(lead.get("interests", []))
        assert row["newsletter_opt_in"] == {True: "true", False: "false"}.get(lead.get("newsletter_opt_in"), "")
        assert row["tags"] == ";".join(lead["tags"])


HOSTILE = [
    "=1+1", "+49 30 1", "-1", "@SUM(A1)", "\tx", '=HYPERLINK("http://x","y")', "a,b", 'say "hi"', "two\nlines", "ß中😀",
]  # fmt: skip


def test_text_that_looks_like_a_formula_is_escaped(run, make_lead):
    made = [make_lead(title=title, external_id="0012", score=-5) for title in HOSTILE]
    fields = ["id", "title", "external_id", "score"]
    for row, title in zip(read_csv(run(fields=fields)[2])[-len(made) :], HOSTILE, strict=True):
        assert row["title"] == (f"'{title}" if title[0] in "=+-@\t" else title)
        assert (row["external_id"], row["score"]) == ("0012", "-5")
    rows = read_xlsx(run(fields=fields, format="xlsx")[2])[-len(made) :]
    assert [row["title"] for row in rows] == HOSTILE
    assert {(row["external_id"], row["score"]) for row in rows} == {("0012", -5)}


def test_xlsx_writes_large_numbers_as_text(run, make_lead):
    make_lead(score=2**53 + 1)
    row = read_xlsx(run(fields=["score", "phone", "newsletter_opt_in"], format="xlsx")[2])[-1]
    assert row == {"score": str(2**53 + 1), "phone": None, "newsletter_opt_in": None}


NOTHING = {"company_domain": "nowhere.example"}
FILTERS = [
    {},
    {"status": ["new", "contacted"]},
    {"status": "new"},
    {"country": ["DE", "FR"], "has_email": True},
    {"has_email": False},
    {"q": "a"},
    {"tag": ["newsletter"]},
    {"include_deleted": True},
    {"updated_after": "2026-01-01T00:00:00Z"},
    {"created_before": "2026-01-01T00:00:00+02:00", "source": "import"},
    {"custom.tier": "A"},
    {"custom.newsletter_opt_in": True},
    {"custom.interests": "Security", "status": "new"},
    NOTHING,
]


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_filters_have_the_same_meaning_as_in_the_list(bench, filters):
    sandbox, api = bench
    export, _, content = run_in(sandbox, api, filters=filters, fields=["id"], format="jsonl")
    params = {name: str(value).lower() if isinstance(value, bool) else value for name, value in filters.items()}
    leads = list_in(api, **params)
    assert [row["id"] for row in read_jsonl(content)] == [lead["id"] for lead in leads]
    assert (export["row_count"], export["filters"]) == (len(leads), filters)
    assert bool(leads) == (filters != NOTHING)


def test_an_export_filters_by_id_and_by_a_custom_number(run, make_lead):
    lead = make_lead(custom_fields={"deal_value_eur": 4711})
    for filters in ({"ids": [lead["id"]]}, {"ids": lead["id"]}, {"custom.deal_value_eur": 4711}):
        assert read_jsonl(run(filters=filters, fields=["id"], format="jsonl")[2]) == [{"id": lead["id"]}]


REFUSED = {
    "unknown filter": ({"filters": {"stauts": ["new"]}}, ["filters.stauts"]),
    "paging is no filter": ({"filters": {"limit": 5, "order": "updated_at.desc"}}, ["filters.limit", "filters.order"]),
    "unknown value": ({"filters": {"status": ["hot"]}}, ["filters.status.0"]),
    "no list": ({"filters": {"status": {"a": 1}}}, ["filters.status"]),
    "empty list": ({"filters": {"status": []}}, ["filters.status"]),
    "null": ({"filters": {"country": None}}, ["filters.country"]),
    "number for text": ({"filters": {"q": 5}}, ["filters.q"]),
    "text for a flag": ({"filters": {"has_email": "true"}}, ["filters.has_email"]),
    "malformed time": ({"filters": {"updated_after": "monday"}}, ["filters.updated_after"]),
    "unknown custom field": ({"filters": {"custom.teir": "A"}}, ["filters.custom.teir"]),
    "custom option": ({"filters": {"custom.tier": "Z"}}, ["filters.custom.tier"]),
    "custom list": ({"filters": {"custom.tier": ["A"]}}, ["filters.custom.tier"]),
    "several": ({"filters": {"q": 5, "status": "hot", "custom.tier": "Z"}}, None),
    "no object": ({"filters": []}, ["filters"]),
    "unknown field": ({"fields": ["id", "emial"]}, ["fields.1"]),
    "field twice": ({"fields": ["id", "tier", "id"]}, ["fields.2"]),
    "custom_fields as one": ({"fields": ["custom_fields"]}, ["fields.0"]),
    "no fields": ({"fields": []}, ["fields"]),
    "format": ({"format": "pdf"}, ["format"]),
    "unknown member": ({"where": "x"}, ["where"]),
}


@pytest.mark.parametrize(("body", "named"), REFUSED.values(), ids=REFUSED)
def test_an_invalid_export_is_refused(shared_api, fields, body, named):
    refused = fields(shared_api.post("/exports", json=body))
    assert refused == named or (
        named is None and sorted(refused) == ["filters.custom.tier", "filters.q", "filters.status.0"]
    )


def test_a_file_is_ready_for_a_week_with_size_and_hash(sandbox, api):
    made = api.post("/exports", json={"fields": ["id"]}).json()["data"]
    waiting = api.get(f"/exports/{made['id']}/download").json()["data"]
    assert (waiting["status"], waiting["ready"], waiting["where"]) == ("queued", False, "workspace")
    assert {waiting[name] for name in ("row_count", "size_bytes", "sha256", "expires_at")} == {None}
    sandbox.clock.advance(60)
    ready = api.get(f"/exports/{made['id']}/download").json()["data"]
    [path] = [path for path in sandbox.data_folder.rglob("*") if path.is_file()]
    assert (ready["status"], ready["ready"], ready["export_id"]) == ("completed", True, made["id"])
    assert (ready["id"], ready["created_at"]) == (waiting["id"], made["created_at"])
    assert ready["size_bytes"] == path.stat().st_size
    assert ready["sha256"] == sha256(path.read_bytes()).hexdigest()
    assert ready["row_count"] == len(read_csv(path.read_bytes()))
    expires_at = instants.parse(ready["expires_at"])
    sandbox.clock.advance((expires_at - sandbox.clock.now()).total_seconds() - 1)
    assert path.exists()
    sandbox.clock.advance(1)
    assert not path.exists()
    gone = api.get(f"/exports/{made['id']}/download").json()["data"]
    assert gone == ready | {"ready": False}


def test_an_expired_file_is_removed_by_the_next_call_with_a_running_clock(sandbox, api, run):
    export, _, _ = run(fields=["id"])
    [path] = [path for path in sandbox.data_folder.rglob("*") if path.is_file()]
    # Like a running clock: no job step runs in between.
    sandbox.clock.move_to(sandbox.clock.now() + KEPT_FOR)
    api.get(f"/exports/{export['id']}")
    assert not path.exists()


def test_an_expired_file_is_removed_at_the_start(tmp_path, serve):
    with Sandbox(tmp_path / "s.db", leads=5) as sandbox, serve(sandbox) as api:
        old, _, _ = run_in(sandbox, api)
        sandbox.clock.advance(DAY)
        new, _, _ = run_in(sandbox, api)
        sandbox.clock.move_to(sandbox.clock.now() + KEPT_FOR - timedelta(seconds=DAY // 2))
        assert files_of(sandbox) == {f"{old['id']}.csv", f"{new['id']}.csv"}
    with Sandbox(tmp_path / "s.db") as sandbox:
        assert files_of(sandbox) == {f"{new['id']}.csv"}


def files_of(sandbox):
    return {path.name for path in sandbox.data_folder.rglob("*") if path.is_file()}


def test_no_route_serves_the_file(sandbox, api, run):
    export, _, content = run()
    url = f"{api.base_url.copy_with(path='/')}"
    for path in (f"exports/{export['id']}.csv", f"{sandbox.workspace_id}/exports/{export['id']}.csv", "data"):
        for base in (url, str(api.base_url)):
            response = api.get(base + path)
            assert response.status_code == 404
            assert content not in response.content


def test_the_same_leads_give_the_same_file():
    contents = []
    for _ in range(2):
        with Sandbox(leads=20) as sandbox:
            contents.append(_exported(sandbox))
    assert contents[0] == contents[1]


def _exported(sandbox):
    from pb2b_notebook.sandbox.transfers.export_models import ExportCreate
    from pb2b_notebook.sandbox.transfers.exports import ExportService

    with sandbox._store.transaction():
        service = ExportService(sandbox.app.state.parts, sandbox.workspace_id)
        for name in ("csv", "jsonl", "xlsx"):
            service.create(ExportCreate(format=name), "req_0")
    sandbox.clock.advance(60)
    return {path.name: path.read_bytes() for path in sandbox.data_folder.rglob("*.*") if path.is_file()}


def test_an_export_fails_if_its_folder_is_not_writable(sandbox, api):
    (sandbox.data_folder / sandbox.workspace_id).write_text("in the way")
    for name in ("csv", "jsonl", "xlsx"):
        made = api.post("/exports", json={"format": name}).json()["data"]
        sandbox.clock.advance(60)
        failed = api.get(f"/exports/{made['id']}").json()["data"]
        job = api.get(f"/jobs/{made['job_id']}").json()["data"]
        assert (failed["status"], failed["row_count"]) == ("failed", None)
        assert (job["status"], job["error"]["code"]) == ("failed", "storage_failed")
        assert str(sandbox.data_folder) not in json.dumps(job)
        assert api.get(f"/exports/{made['id']}/download").json()["data"]["ready"] is False


def test_an_export_fails_if_a_sheet_has_too_few_rows(sandbox, api, monkeypatch):
    monkeypatch.setitem(MOST_ROWS, "xlsx", 5)
    made = api.post("/exports", json={"format": "xlsx"}).json()["data"]
    sandbox.clock.advance(60)
    job = api.get(f"/jobs/{made['job_id']}").json()["data"]
    assert (job["status"], job["error"]["code"]) == ("failed", "too_many_rows")
    assert not [path for path in sandbox.data_folder.rglob("*") if path.is_file()]


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_other_users_cannot_read_the_folder(tmp_path, serve):
    with Sandbox(tmp_path / "s.db", leads=5) as sandbox, serve(sandbox) as api:
        api.post("/exports", json={}).raise_for_status()
        sandbox.clock.advance(60)
        folders = [sandbox.data_folder, *(path for path in sandbox.data_folder.rglob("*") if path.is_dir())]
        assert len(folders) == 3
        assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}
    assert (tmp_path / "s.db.files").is_dir()


def test_the_files_of_a_sandbox_in_memory_are_removed_with_it():
    with Sandbox(leads=0) as sandbox:
        folder = sandbox.data_folder
        (folder / "x").write_text("x")
    assert not folder.exists()


def test_an_export_keeps_its_request_id_and_an_idempotency_key_creates_one(sandbox, api, code):
    first, second = (api.post("/exports", json={}, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert second.content == first.content
    assert first.json()["data"]["request_id"] == first.headers["X-Request-Id"]
    other = api.post("/exports", json={"format": "jsonl"}, headers={"Idempotency-Key": "k"})
    assert (other.status_code, code(other)) == (409, "idempotency_key_reused")
    sandbox.clock.advance(60)
    assert api.get("/exports?status=completed").json()["data"][-1]["id"] == first.json()["data"]["id"]


def test_an_export_contains_the_leads_of_its_workspace(sandbox, api, bearer):
    theirs = bearer(sandbox.create_key(workspace_id=sandbox.other_workspace_id))
    made = api.post("/exports", json={"format": "jsonl", "fields": ["id"]}, headers=theirs).json()["data"]
    sandbox.clock.advance(60)
    content = (sandbox.data_folder / sandbox.other_workspace_id / "exports" / f"{made['id']}.jsonl").read_bytes()
    seen = {row["id"] for row in read_jsonl(content)}
    assert seen == {lead["id"] for lead in api.get("/leads?limit=500", headers=theirs).json()["data"]}
