"""Work that a service never ends is not waited for without an end."""

import pandas as pd
import pytest

import pb2b_notebook as pb
from deviating_service import BASE, DEVIATIONS, Deviation
from pb2b_notebook.errors import JobUnfinishedError, NotFoundError


def never_ends(words):
    """Jobs whose status changes in turns between these words; 40 minutes pass with each look at one."""

    def tell(x):
        if x.path.startswith("/jobs/"):
            x.service.calls += 1
            x.service.sandbox.clock.advance(40 * 60)
            progress = (x.service.calls % 2) / 2
            x.rows[0].update(status=words[x.service.calls % len(words)], progress=progress, finished_at=None)

    return Deviation(None, tell)


@pytest.fixture(params=[("reticulating",), ("queued", "running", "reticulating")], ids=", ".join)
def stuck(against, monkeypatch, request):
    monkeypatch.setitem(DEVIATIONS, "jobs never end", never_ends(request.param))
    monkeypatch.setattr("pb2b_notebook.forms.job_monitoring.SHORTEST_PAUSE", 0.01)
    return against("jobs never end")


def test_waiting_for_a_job_without_any_change_ends_in_a_typed_error(stuck):
    export = stuck.exports.create(format="csv")
    with pytest.raises(JobUnfinishedError, match=r"has not changed for 60 minutes .*it continues; ws\.jobs\.wait"):
        stuck.jobs.wait(export)


def test_forms_end_in_the_same_error(stuck):
    people = pd.DataFrame({"Mail": ["stuck@jobs.example"], "Name": ["Stu Ck"]})
    for form in (pb.forms.ExportForm(stuck), pb.forms.ImportForm(stuck, people)):
        with pytest.raises(JobUnfinishedError):
            form.submit()
        assert "has not changed" in form._message.value


@pytest.mark.parametrize("status", [404, 403], ids=["the service has no jobs", "the key may not read them"])
def test_an_import_is_waited_for_where_its_job_cannot_be_read(against, service, monkeypatch, status):
    monkeypatch.setitem(
        DEVIATIONS, "no jobs", Deviation(lambda x: x.path.startswith("/jobs") and x.refuse(status, "No"))
    )
    ws = against("no jobs")
    rows = pd.DataFrame({"email": ["no.jobs@wait.example"], "full_name": ["No Jobs"]})
    run = ws.imports.wait(ws.imports.create(rows, mapping={"email": "email", "full_name": "full_name"}))
    assert run.pieces[0]["status"] == "completed"
    assert len(service.leads(email="no.jobs@wait.example")) == 1


def test_what_was_just_made_is_waited_for_where_a_replica_does_not_show_it_yet(against, service, monkeypatch):
    hidden = {"imports": 2, "exports": 2}

    def hide(x):
        kind = x.path.split("/")[1]
        if x.method == "GET" and x.path.count("/") == 2 and hidden.get(kind, 0):
            hidden[kind] -= 1
            x.refuse(404, "No")

    monkeypatch.setitem(DEVIATIONS, "replicas", Deviation(lambda x: x.path.startswith("/jobs") and x.refuse(404, "No")))
    monkeypatch.setitem(DEVIATIONS, "replicas lag", Deviation(hide))
    ws = against("replicas", "replicas lag")
    rows = pd.DataFrame({"email": ["replica@wait.example"], "full_name": ["Re Plica"]})
    run = ws.imports.wait(ws.imports.create(rows, mapping={"email": "email", "full_name": "full_name"}))
    export = ws.exports.wait(ws.exports.create(format="csv"))
    assert (run.pieces[0]["status"], export["status"], hidden) == (
        "completed",
        "completed",
        {"imports": 0, "exports": 0},
    )
    with pytest.raises(NotFoundError):
        ws.exports.wait("exp_of_nobody")


FOLDERS = {"import": "imports", "export": "exports", "campaign_run": "campaign-runs"}


def address_of(made):
    return f"{BASE}/{FOLDERS[made['object']]}/{made['id']}"


STARTED = {
    "the id of its job": lambda x, made: x.answer.update(data={"jobId": made["job_id"]}),
    "its id alone": lambda x, made: x.answer.update(data={"id": made["id"], "status": "accepted"}),
    "its id as text": lambda x, made: x.answer.update(data=made["id"]),
    "a location": lambda x, made: (x.out.update(location=address_of(made)), setattr(x, "answer", None)),
    "the location of its job": lambda x, made: (
        x.out.update({"operation-location": f"https://api.example{BASE}/jobs/{made['job_id']}"}),
        setattr(x, "answer", None),
    ),
    "an operation of Google": lambda x, made: x.answer.update(
        data={"name": f"operations/{made['job_id']}", "done": False, "metadata": {f"{made['object']}Id": made["id"]}}
    ),
    "its job of JSON:API": lambda x, made: x.answer.update(
        data={"type": "jobs", "id": made["job_id"], "attributes": {"resource_id": made["id"], "status": "queued"}}
    ),
    "a link": lambda x, made: setattr(x, "answer", {"_links": {"self": {"href": address_of(made)}}}),
}


@pytest.mark.parametrize("name", STARTED)
def test_what_was_started_is_found_by_whatever_the_service_answers_instead_of_it(against, service, monkeypatch, name):
    def tell(x):
        if x.method == "POST" and x.rows and x.rows[0].get("object") in FOLDERS:
            STARTED[name](x, x.rows[0])

    monkeypatch.setitem(DEVIATIONS, name, Deviation(None, tell))
    ws = against(name)
    assert ws.exports.wait(ws.exports.create(format="csv")).row_count == len(service.leads())
    if name not in tuple(STARTED)[:2]:  # what else is started is read by the same function
        return
    rows = pd.DataFrame({"email": [f"{name.replace(' ', '.')}@start.example"], "full_name": ["Sta Rt"]})
    run = ws.imports.wait(ws.imports.create(rows, mapping={"email": "email", "full_name": "full_name"}))
    assert run.created_count == 1
    published = ws.campaigns.list(status="published", enabled=True)["id"].iloc[0]
    started = ws.campaigns.launch(published).apply()
    assert ws.jobs.wait(started).status == "completed"
    assert ws.campaigns.runs(published)["id"].tolist().count(started.get("id")) == 1


def test_what_was_started_is_found_where_the_document_names_no_job(against, monkeypatch):
    def tell(x):
        for row in x.rows if x.path.startswith(("/imports", "/exports")) else ():
            del row["job_id"]
            for name in ("match_on", "mapping", "total_rows"):  # nothing shows that it is the one that was sent
                row.pop(name, None)
        if x.method == "POST" and x.path == "/imports":
            x.answer["data"] = {"name": "operations/1", "done": False, "metadata": {"importId": x.rows[0]["id"]}}

    document = Deviation(None, tell, lambda text: text.replace('"job_id"', '"work_id"'))
    monkeypatch.setitem(DEVIATIONS, "as Google", document)
    rows = pd.DataFrame({"email": ["google@start.example"], "full_name": ["Goo Gle"]})
    imports = against("as Google", own=False).imports
    run = imports.wait(imports.create(rows, mapping={"email": "email", "full_name": "full_name"}))
    assert run.created_count == 1


def test_a_list_of_one_job_that_failed_is_not_a_refusal(against, monkeypatch):
    failed = {"uuid": "a1", "object": "job", "type": "export", "status": "failed", "error": {"code": "lost"}}

    def tell(x):
        if x.path == "/jobs":
            x.answer = {"data": [failed], "request_id": "req_1"}

    monkeypatch.setitem(DEVIATIONS, "one failed job", Deviation(None, tell))
    assert against("one failed job").jobs.list()["status"].tolist() == ["failed"]


def test_a_status_that_is_a_code_ends_by_the_counts_of_an_import_or_the_file_of_an_export(against, monkeypatch):
    def tell(x):
        for row in x.rows if x.path.startswith(("/imports", "/exports", "/jobs")) else ():
            row["status"] = {"queued": "0", "running": "1", "completed": "F"}.get(row["status"], row["status"])
            row.update(finished_at=None, job_id=None, progress=None)
            if x.path.startswith("/exports"):
                row.pop("object")
                row.update({"ready": str(int(row["ready"]))} if "ready" in row else {})

    monkeypatch.setitem(
        DEVIATIONS, "numbers", Deviation(lambda x: x.path.startswith("/jobs") and x.refuse(404, "No"), tell)
    )
    ws = against("numbers")
    rows = pd.DataFrame({"email": ["by.number@wait.example", "nothing"], "full_name": ["By Number", "No One"]})
    run = ws.imports.wait(ws.imports.create(rows, mapping={"email": "email", "full_name": "full_name"}), timeout=60)
    assert (run.pieces[0]["created_count"], run.pieces[0]["error_count"]) == (1, 1)
    assert ws.exports.wait(ws.exports.create(format="csv"), timeout=60)["status"] == "F"


def test_an_export_that_is_called_ready_has_ended_where_its_file_is(against, monkeypatch):
    def tell(x):
        for row in x.rows if x.path.startswith(("/exports", "/jobs")) else ():
            row["state"] = "READY" if row.pop("status", None) == "completed" else "PENDING"
            row.update(finished_at=None, job_id=None, progress=None)

    monkeypatch.setitem(
        DEVIATIONS, "ready", Deviation(lambda x: x.path.startswith("/jobs") and x.refuse(404, "No"), tell)
    )
    ws = against("ready")
    made = ws.exports.create(format="csv")
    assert ws.exports.wait(made, timeout=60)["state"] == "READY"
    assert ws.exports.readiness(made).ready
