"""ImportForm against a real sandbox: frames, files, mappings, refused rows corrected."""

from __future__ import annotations

import json
import uuid

import ipywidgets as widgets
import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pb2b_notebook as pb
from frame_libraries import library_for
from pb2b_notebook import errors
from pb2b_notebook.forms import exporting
from pb2b_notebook.forms.imports import form as import_form
from pb2b_notebook.forms.imports.launch import launch
from pb2b_notebook.forms.watching import StoppedWatching, Watch
from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.serving import Server

ROWS = {
    "E-Mail": ["ada@example.com", "nobody", "grace@example.com", "also not"],
    "Name": ["Ada Lovelace", "No Body", "Grace Hopper", "<img src=x onerror=alert(1)>"],
    "Punkte": ["7", "8", "many", "9"],
    "Notiz": ["a", "b", "c", "d"],
}


@pytest.fixture
def ws():
    """A workspace in which nobody has opted out: an import compares its rows with no one."""
    with pb.open_sandbox(leads=1) as workspace:
        yield workspace


@pytest.fixture
def frame(request):
    """The rows in one of the libraries, another for the next test."""
    return library_for(request.node.name, "pandas", "polars")(ROWS)


def children(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from children(child)


def button(form, label):
    return next(w for w in children(form.widget) if getattr(w, "description", None) == label)


def shown(form):
    return form._message.value + "".join(str(getattr(w, "value", "")) for w in children(form._outcome))


def upload(name, content):
    """What the front end hands over for a chosen file."""
    told = {"name": name, "type": "text/csv", "size": len(content), "content": memoryview(content)}
    return told | {"last_modified": pd.Timestamp("2026-03-10").to_pydatetime()}


def test_only_refused_rows_are_corrected_and_sent_again(ws, frame):
    form = pb.forms.ImportForm(ws, frame, {"E-Mail": "email", "Name": "full_name", "Punkte": "score"})
    done = form.submit()
    assert (done.run.created_count, done.run.error_count) == (1, 3)
    assert done.row_numbers == (2, 3, 4)
    assert done.rejected["Name"].to_list() == ROWS["Name"][1:]
    assert "3 rows; .errors says why, .rejected has the rows" in repr(done)
    assert not any(value in repr(done) for values in ROWS.values() for value in values if len(value) > 1)
    mended = form.retry({(2, "email"): "nobody@example.com", (3, "score"): "12"})
    assert mended.run.created_count == 2
    assert mended.row_numbers == (4,)
    assert mended.errors["row_number"].to_list() == [4]
    last = form.retry({(4, "email"): None})
    assert last.row_numbers == (4,)
    [grace] = ws.leads.find("grace@example.com")["score"]
    assert grace == 12


def test_the_same_by_hand(ws, frame):
    form = pb.forms.ImportForm(ws, frame)
    assert form.mapping.columns["E-Mail"] == "email"
    form.mapping = form.mapping.with_column("Punkte", "score")
    form.click()
    assert form.wait().error is None
    assert "row" in shown(form)
    box, _ = form._boxes[2, "email"]
    assert box.value == "nobody"
    box.value = "nobody@example.com"
    button(form, "Retry corrected rows").click()
    assert form.wait().error is None
    assert form.result.row_numbers == (3, 4)
    assert form.result.run.total_rows == 1
    button(form, "Check").click()
    assert form.wait().error is None
    button(form, "Retry corrected rows").click()
    assert "there is no correction" in form.wait().error.message
    form._boxes[4, "email"][0].value = "also@example.com"
    button(form, "Retry corrected rows").click()
    assert form.wait().result.row_numbers == (3,)
    assert "onerror=alert(1)>" not in shown(form).replace("&gt;", "")


def test_running_the_cell_again_imports_nothing_twice(ws, frame):
    for _ in range(2):
        done = pb.forms.ImportForm(ws, frame, {"E-Mail": "email"}).submit()
    assert len(ws.imports.list(ids=list(done.run.ids))) == 1
    assert len(ws.leads.find("ada@example.com")) == 1
    assert "1 of 1 sent before; not sent again" in repr(done)


def test_check_and_dry_run_change_nothing(ws, frame):
    known = len(ws.leads.list())
    form = pb.forms.ImportForm(ws, frame)
    found = form.check()
    assert {"unconverted", "unmapped_column"} <= set(found["code"])
    for label in ("Check", "Dry run"):
        button(form, label).click()
        assert form.wait().error is None
    assert "refused" in shown(form)
    assert form.dry_run().created_count == 1
    assert len(ws.leads.list()) == known


def test_the_editor_edits_the_mapping_and_shows_it(ws, frame):
    form = pb.forms.ImportForm(ws, frame, {"E-Mail": "email"})
    line = form._editor._lines["Notiz"]
    field, reading = line.field, line.reading
    field.value = "title"
    assert form.mapping.columns["Notiz"] == "title"
    field.value = "email"  # a field has one column
    assert form.mapping.columns == {"Notiz": "email"}
    assert form._editor._lines["E-Mail"].field.value == ""
    field.value = ""
    assert form.mapping.columns == {}
    assert "Notiz" in form.mapping.ignored
    points = form._editor._lines["Punkte"]
    points.field.value = "score"
    points.reading.value = "decimal_comma"
    assert form.mapping.converters == {"Punkte": "decimal_comma"}
    assert "does not convert: the field needs a number with a decimal comma" in points.verdict.value
    assert {"decimal_comma", "decimal_point"} < {name for _, name in points.reading.options}
    points.field.value = "tags"  # a converter of numbers is not for tags
    assert form.mapping.converters == {}
    points.reading.value = "split:,"
    assert form.mapping.converters == {"Punkte": "split:,"}
    form.mapping = {"Name": "full_name"}
    assert form._editor._lines["Name"].field.value == "full_name"
    assert reading.value == ""


@pytest.mark.parametrize(
    ("mapping", "part"),
    [({"Missing": "email"}, "Missing"), ({"E-Mail": "no_such"}, "no_such"), ({"Name": "full_name"}, "email")],
)
def test_a_mapping_that_does_not_fit_sends_nothing(ws, frame, mapping, part):
    form = pb.forms.ImportForm(ws, frame, mapping)
    with pytest.raises(errors.UsageError, match=part):
        form.submit()
    assert not any(ws.journal()["operation"] == "imports.create")


def test_a_file_by_path_or_upload_leaves_no_lead_in_the_widgets(ws, tmp_path):
    path = tmp_path / "show & tell.csv"
    path.write_text("E-Mail;Name\nada@example.com;Ada\nnobody;Béla\n", "cp1252")
    form = pb.forms.ImportForm(ws)
    form.values = {"path": str(path)}
    button(form, "Read the path").click()
    assert form.wait().error is None
    assert form.mapping.columns == {"E-Mail": "email", "Name": "full_name"}
    assert form.data["Name"].tolist() == ["Ada", "Béla"]

    again = pb.forms.ImportForm(ws)
    again._upload.value = (upload(path.name, path.read_bytes()),)
    again.wait()
    assert again.error is None
    assert again.data.equals(form.data)
    assert "show &amp; tell.csv" in again._about.value
    assert again._upload.value == ()
    assert "content" not in json.dumps([one.get("value") for one in _states()], default=str)


def _states():
    return [
        one["state"]
        for one in widgets.Widget.get_manager_state()["state"].values()
        if one["model_name"].startswith("FileUpload")
    ]


def test_a_file_that_cannot_be_read_is_shown(ws, tmp_path):
    form = pb.forms.ImportForm(ws)
    for name, content, kind in [
        ("none.csv", None, errors.LeadFileNotFoundError),
        ("empty.csv", b"", errors.DamagedFileError),
        ("garbage.xlsx", b"PK\x03\x04 no workbook", errors.LeadFileError),
        ("bytes.bin", bytes(range(256)), errors.LeadFileError),
    ]:
        if content is not None:
            (tmp_path / name).write_bytes(content)
        form._inputs["path"].widget.value = str(tmp_path / name)
        button(form, "Read the path").click()
        assert isinstance(form.wait().error, kind), name
        assert "→" in form._message.value
        assert form.data is None


def test_a_ragged_file_with_duplicate_names_is_read_and_repairs_are_reported(ws, tmp_path):
    path = tmp_path / "<img src=x onerror=alert(1)> $5 to $10.csv"
    path.write_text("Mail,Name,Name,<script>alert(1)</script>\nada@example.com,Ada,Lovelace,x,beyond\nb@example.com\n")
    form = pb.forms.ImportForm(ws)
    form.values = {"path": str(path)}
    shown = form._about.value + "".join(str(w.value) for w in children(form._editor.widget) if hasattr(w, "value"))
    assert "<script>" not in shown
    assert "<img" not in shown
    assert "&lt;img src=x onerror=alert(1)&gt; $5 to $10.csv" in form._about.value
    assert "!" in form._about.value
    assert form.submit().run.created_count == 2


def test_a_spoiled_cell_in_a_saved_file_is_refused_with_its_row(ws, tmp_path):
    path = tmp_path / "saved.csv"
    leads = pd.DataFrame({"email": ["ada@example.com", "bob@example.com"], "score": pd.array([7, 8], dtype="Int64")})
    pb.save_leads(leads, path)
    path.write_text(path.read_text("utf-8-sig").replace(",8", ",many"), "utf-8-sig")
    form = pb.forms.ImportForm(ws)
    form.values = {"path": str(path), "mapping": {"email": "email", "score": "score"}}
    assert pd.isna(form.data["score"][1])
    assert "unconverted" in set(form.check()["code"])
    assert form.submit().row_numbers == (2,)
    assert form._boxes[2, "score"][0].value == "many"
    assert form.retry({(2, "score"): 9}).row_numbers == ()


def test_import_of_a_typed_path_reads_it_first_and_sends_nothing(ws, tmp_path):
    path = tmp_path / "leads.csv"
    path.write_text("Mail\nada@example.com\n")
    form = pb.forms.ImportForm(ws)
    form._inputs["path"].widget.value = str(path)
    for meant in (form.submit, form.check, form.dry_run):
        with pytest.raises(errors.UsageError, match="has not been read"):
            meant()
    form.click()
    assert form.wait().result is None
    assert "Nothing has been sent" in form._message.value
    assert not len(ws.journal())
    form.click()
    assert form.wait().result.run.created_count == 1


def test_a_file_chosen_while_the_form_is_busy_is_refused(ws, frame):
    form = pb.forms.ImportForm(ws, frame)
    with form._busy_lock:
        form._upload.value = (upload("other.csv", b"Mail\nada@example.com\n"),)
    assert "busy" in form._message.value
    assert form._upload.value == ()
    assert form.data is frame


def test_nothing_to_import_and_nothing_to_retry(ws, frame):
    with pytest.raises(errors.UsageError, match="choose a file"):
        pb.forms.ImportForm(ws).submit()
    form = pb.forms.ImportForm(ws, frame)
    with pytest.raises(errors.UsageError, match="nothing has been imported"):
        form.retry({})
    form.submit()
    for wrong, told in [
        ({(1, "email"): "x@example.com"}, "row 1"),
        ({}, "there is no correction"),
        ({2: "x@example.com"}, "a row number and a lead field"),
        (None, "NoneType"),
    ]:
        with pytest.raises(errors.UsageError, match=told):
            form.retry(wrong)


def test_each_edit_shows_its_problems_at_once(ws, frame):
    form = pb.forms.ImportForm(ws, frame, {"E-Mail": "email", "Name": "no_such", "Punkte": "score"})
    verdicts = {name: line.verdict.value for name, line in form._editor._lines.items()}
    assert "not convert" in verdicts["E-Mail"]
    assert "no such lead field" in verdicts["Name"]
    assert "not mapped to a field" in verdicts["Notiz"]
    form.values = {"match_on": "external_id"}
    assert "external_id: the import matches on this field" in form._editor._general.value
    form.mapping = pb.Mapping({"E-Mail": "email", "Name": "email"})
    assert "already mapped to this field" in form._editor._lines["Name"].verdict.value
    assert form.mapping.columns == {"E-Mail": "email", "Name": "email"}


def test_an_import_works_by_value_alone(ws, tmp_path):
    path = tmp_path / "leads.jsonl"
    path.write_text('{"E-Mail": "ada@example.com"}\n{"E-Mail": "grace@example.com"}\n')
    form = pb.forms.ImportForm(ws)
    done = form.submit(mapping={"E-Mail": "email"}, path=str(path), match_on="email")
    assert done.run.created_count == 2
    with pytest.raises(errors.LeadFileNotFoundError):
        form.submit(path=str(tmp_path / "none.csv"))
    with pytest.raises(errors.MappingError):
        form.values = {"mapping": {"E-Mail": 3}}
    assert "E-Mail" in repr(form)


def test_refused_rows_corrected_as_a_frame(ws, frame):
    form = pb.forms.ImportForm(ws, frame, {"E-Mail": "email", "Name": "full_name"})
    rejected = form.submit().rejected
    mails = ["nobody@example.com", "also@example.com"]
    if isinstance(rejected, pl.DataFrame):
        corrected = rejected.with_columns(pl.Series("E-Mail", mails))
    else:
        corrected = rejected.assign(**{"E-Mail": mails})
    with pytest.raises(errors.UsageError, match="2 rows were refused"):
        form.retry(corrected.head(1))
    assert form.retry(corrected).run.created_count == 2
    assert form.result.row_numbers == ()
    assert len(form.result.rejected) == len(form.result.errors) == 0
    assert "Imported" in shown(form)


def test_a_list_beside_a_corrected_cell_stays_a_list(ws):
    tags = [["a", "b"], ["<b>", "c, d"], ["e"]]
    df = pl.DataFrame({"E-Mail": ["x", "y", "ok@example.com"], "Tags": tags, "Tier": ["A", "Q", "B"]})
    form = pb.forms.ImportForm(ws, df, {"E-Mail": "email", "Tags": "tags", "Tier": "tier"})
    assert form.submit().row_numbers == (1, 2)
    form.retry({(1, "email"): "x@example.com", (1, "tags"): ["z"]})
    form.retry({(2, "email"): "y@example.com", (2, "tier"): "B"})
    assert form.result.row_numbers == ()
    assert [ws.leads.find(mail)["tags"][0] for mail in ("x@example.com", "y@example.com")] == [["z"], tags[1]]


@pytest.fixture
def service():
    """A service of its own with room for many leads, and its clock running: its jobs end by themselves."""
    with (
        Sandbox(leads=5, leads_limit=60_000, clock="real", speed=500.0, rate_limit=100_000) as sandbox,
        Server(sandbox.app) as server,
    ):
        yield sandbox, f"{server.url}/api/public/v1"


def test_every_error_of_many_rows_joins_its_row(service, tmp_path):
    sandbox, url = service
    count = 10_200
    bad = set(range(7, count, 33))
    rows = (
        (n, f"bad {n}" if n in bad else f"p{n}@example.com", "many" if n % 9900 == 7 else n % 100)
        for n in range(1, count + 1)
    )
    lines = [",".join(map(str, row)) for row in rows]
    path = tmp_path / "many.csv"
    path.write_text("\n".join(["no,mail,points", *lines]))
    with pb.connect(sandbox.key, base_url=url) as ws:
        form = pb.forms.ImportForm(ws)
        mapping = {"no": "external_id", "mail": "email", "points": "score"}
        done = form.submit(path=str(path), mapping=mapping)
        assert len(done.run.ids) == 2
        assert (done.run.total_rows, done.run.error_count) == (count, len(bad))
        assert set(done.row_numbers) == bad
        assert [str(n) for n in done.row_numbers] == [str(n) for n in done.rejected["no"]]
        for number, raw in zip(done.errors["row_number"], done.errors["raw"], strict=True):
            assert str(number) in str(raw)
        assert len(form._boxes) == import_form.CELLS_AT_ONCE
        corrected = done.rejected.assign(mail=[f"p{n}@example.com" for n in done.row_numbers])
        left = form.retry(corrected)
        assert left.run.created_count + left.run.error_count == len(bad)
        assert set(left.errors["field"]) == {"score"}
        last = form.retry({(number, "score"): 0 for number in left.row_numbers})
        assert last.row_numbers == ()
        assert exporting.estimate(ws, {}) == 5 + count


def test_an_import_continues_after_a_lost_connection_without_duplicates(service):
    sandbox, url = service
    df = pd.DataFrame({"mail": [f"p{n}@example.com" for n in range(10_100)]})
    with pb.connect(sandbox.key, base_url=url) as ws:
        # The second import takes effect, and nobody hears of it.
        sandbox.faults.add(pb.Fault("reset", "imports.create", skip=1, at="after"))
        form = pb.forms.ImportForm(ws, df, {"mail": "email"})
        form.click()
        assert isinstance(form.wait().error, errors.TransportError)
        assert "1 of 2 imports were sent before" in form._message.value
    sandbox.faults.clear()
    with pb.connect(sandbox.key, base_url=url) as ws:  # as after a restart of the kernel
        again = pb.forms.ImportForm(ws, df, {"mail": "email"})
        done = again.submit()
        assert done.run.created_count == 10_100
        assert done.sent_before == 1
        assert len(ws.imports.list(ids=list(done.run.ids))) == len(ws.imports.list(created_after="1d")) == 2
        assert again.submit().sent_before == 2
        assert "had been sent before" in shown(again)


def test_a_connection_lost_while_watching_is_recovered(ws, frame):
    form = pb.forms.ImportForm(ws, frame, {"E-Mail": "email"})
    ws.sandbox.faults.add(pb.Fault("reset", "jobs.get"))
    form.click()
    assert isinstance(form.wait().error, errors.TransportError)
    ws.sandbox.faults.clear()
    assert form.submit().run.created_count == 2
    assert len(ws.leads.find("ada@example.com")) == 1


def test_a_failed_import_is_sent_again_once_there_is_room():
    more = pd.DataFrame({"mail": [f"q{n}@example.com" for n in range(20)]})
    with (
        Sandbox(leads=25, leads_limit=30, clock="real", speed=500.0) as sandbox,
        Server(sandbox.app) as server,
        pb.connect(sandbox.key, base_url=f"{server.url}/api/public/v1") as ws,
    ):
        form = pb.forms.ImportForm(ws, more, {"mail": "email"})
        for _ in range(2):
            form.click()
            assert form.wait(60).error.code == "leads_limit_reached"
            assert "not imported: rows 1 to 20" in form._message.value
        for lead in ws.leads.list(limit=15)["id"]:
            ws.leads.delete(lead)
        assert form.submit().run.created_count == 20


def test_stop_between_two_imports_leaves_the_rest_unsent_and_says_so(ws):
    df = pd.DataFrame({"mail": [f"p{n}@example.com" for n in range(20_001)]})
    watch = Watch(lambda _, what: watch.stop() if what == "10,000 of 20,001 rows sent" else None)
    with pytest.raises(StoppedWatching) as stopped:
        launch(ws, df, pb.Mapping({"mail": "email"}), match_on="email", watch=watch)
    assert stopped.value.reattach == "pb.forms.JobMonitor(ws)"
    assert "2 of 3 imports were sent" in stopped.value.__notes__[0]
    assert len(pb.forms.JobMonitor(ws).submit()) == 2


def test_stop_leaves_the_import_running_and_a_monitor_finds_it(frame):
    with Sandbox(leads=5) as sandbox, Server(sandbox.app) as server:
        url = f"{server.url}/api/public/v1"
        with pb.connect(sandbox.key, base_url=url) as ws:
            form = pb.forms.ImportForm(ws, frame)
            form.click()
            while not len(ws.jobs.list(status=["queued", "running"])):
                assert form.busy
            form.stop()
            form.wait()
            assert isinstance(form.error, StoppedWatching)
        with pb.connect(sandbox.key, base_url=url) as again:
            [job] = again.jobs.list(status=["queued", "running"])["id"]
            assert job in pb.forms.JobMonitor(again)._table.value
            monitor = pb.forms.JobMonitor(again, job)
            monitor.click()
            sandbox.clock.advance(600)
            assert monitor.wait().result["status"].tolist() == ["completed"]


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_corrections_in_any_order_lose_and_duplicate_no_row(ws, data):
    """The rows that are in and those that are left are all rows, each once, whichever are sent again and how."""
    run = uuid.uuid4().hex  # the journal would answer for the rows of an example before
    good = data.draw(st.lists(st.booleans(), min_size=1, max_size=12))
    mails = [f"{run}-{n}@example.com" if fine else f"bad {run} {n}" for n, fine in enumerate(good, start=1)]
    frame = data.draw(st.sampled_from([pd.DataFrame, pl.DataFrame]))({"mail": mails})
    form = pb.forms.ImportForm(ws, frame, {"mail": "email"})
    left = set(form.submit().row_numbers)
    assert left == {n for n, fine in enumerate(good, start=1) if not fine}
    for _ in range(3):
        if not left:
            break
        chosen = data.draw(st.sets(st.sampled_from(sorted(left)), min_size=1))
        mended = data.draw(st.sets(st.sampled_from(sorted(chosen))))
        form.retry({(n, "email"): f"{run}-{n}@example.com" if n in mended else f"still {run} {n}" for n in chosen})
        left -= mended
        assert form.result.row_numbers == tuple(sorted(left))
        assert [int(n) for n in form.result.errors["row_number"]] == sorted(left)
        assert all(str(run) in mail for mail in form.result.rejected["mail"])
    assert len(ws.leads.list(q=run, progress=False)) == len(good) - len(left)


def test_people_who_opted_out_are_imported_only_if_it_is_allowed(ws):
    ws.leads.create(full_name="Ada Berg", company_name="Nordlicht AG", status="unsubscribed")
    people = pd.DataFrame({"Name": ["Ada Berg"], "Firma": ["Nordlicht"], "Mail": ["ada@plan.example"]})
    mapping = {"Name": "full_name", "Firma": "company_name", "Mail": "email"}
    form = pb.forms.ImportForm(ws, people, mapping)
    form.click()
    assert isinstance(form.wait().error, errors.SuppressedRowsError)
    assert (len(ws.leads.find("ada@plan.example")), form.values["allow"]) == (0, False)
    assert form.submit(allow=True).run.created_count == 1
    form.use(people, mapping)
    assert form.values["allow"] is False
