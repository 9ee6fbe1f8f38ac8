"""What holds for every form: told before what a key may not do, text without a front end, no secret in any widget."""

from __future__ import annotations

import threading

import ipywidgets as widgets
import nbformat
import pandas as pd
import pytest
from nbconvert import HTMLExporter

import pb2b_notebook as pb
from forwarding import live
from pb2b_notebook import errors

PEOPLE = pd.DataFrame({"Mail": ["ada@example.com", "nobody"]})
NEW = pd.DataFrame({"email": ["new@example.com"], "title": ["CEO"]})
WRITING = {
    "ExportForm": (pb.forms.ExportForm, "leads.export"),
    "ImportForm": (lambda ws: pb.forms.ImportForm(ws, PEOPLE), "leads.import"),
    "LeadForm": (pb.forms.LeadForm, "leads.write"),
    "PlanReview": (lambda ws: pb.forms.PlanReview(ws.leads.plan(NEW)), "leads.write"),
}
EVERY = WRITING | {"JobMonitor": (pb.forms.JobMonitor, "jobs.read")}


@pytest.fixture
def ws():
    """A workspace in which nobody has opted out: plans and imports compare their rows with no one."""
    with pb.open_sandbox(leads=1, rate_limit=1_000_000) as workspace:
        yield workspace


def another(ws, **options):
    """The same workspace by another key."""
    return pb.connect(ws.sandbox.create_key(**options), base_url=ws._session.client.base_url)


@pytest.mark.parametrize("name", WRITING)
def test_a_form_warns_of_a_read_only_key_before_any_work(ws, name):
    make, _ = WRITING[name]
    with another(ws, read_only=True) as reading:
        form = make(reading)
        assert "This workspace is read-only" in form._message.value
        assert "read-only" in form._heading.value
        if name == "LeadForm":
            form.values = {"full_name": "Ada"}
        with pytest.raises(errors.ReadOnlyError):
            form.submit()
        assert not len(reading.journal())


@pytest.mark.parametrize("name", EVERY)
def test_a_form_warns_of_a_missing_scope_before_any_work(ws, name):
    make, scope = EVERY[name]
    others = [one for one in ws.scopes if one != scope]
    with another(ws, scopes=others) as narrow:
        form = make(narrow)
        assert scope in form._message.value
        assert not len(narrow.journal())


@pytest.mark.parametrize("name", WRITING)
def test_a_live_service_is_labelled_and_writes_wait_for_its_check(ws, name):
    with live(ws)[0] as other:
        form = WRITING[name][0](other)
        assert ">LIVE<" in form._heading.value
        assert "ws.check()" in form._message.value
        other.check()
        assert form._message.value != WRITING[name][0](other)._message.value == ""


def test_a_form_warns_if_the_key_may_start_a_job_but_not_watch_it(ws):
    with another(ws, scopes=[one for one in ws.scopes if one != "jobs.read"]) as narrow:
        for name in ("ExportForm", "ImportForm"):
            assert "jobs.read" in EVERY[name][0](narrow)._message.value


def test_every_form_works_in_a_worker_thread_and_no_secret_is_in_any_widget(ws):
    made = ws.webhooks.create(url="http://127.0.0.1:9/none", events=["lead.created"])
    done = []

    def work():
        done.append(pb.forms.ExportForm(ws).submit(fields=["id"]))
        done.append(pb.forms.ImportForm(ws, PEOPLE).submit())
        done.append(pb.forms.LeadForm(ws).submit(full_name="Ada"))
        done.append(pb.forms.PlanReview(ws.leads.plan(NEW)).submit())
        done.append(pb.forms.WebhookMonitor(ws).submit())
        done.append(pb.forms.JobMonitor(ws).submit())

    worker = threading.Thread(target=work)
    worker.start()
    worker.join(120)
    assert len(done) == 6
    state = str(widgets.Widget.get_manager_state())
    assert "http://127.0.0.1:9/none" in state
    assert made.signing_secret.reveal() not in state
    assert ws.sandbox.key not in state


def test_without_a_front_end_a_form_is_text(ws):
    for make, _ in EVERY.values():
        form = make(ws)
        text = f"{type(form).__name__}: {form.title} (ready)"
        assert text in repr(form)
        shown = nbformat.v4.new_output("display_data", form._repr_mimebundle_())
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("form", outputs=[shown])])
        page, _ = HTMLExporter().from_notebook_node(notebook)
        assert text in page
        assert "form.submit()" in page


@pytest.mark.parametrize("given", [None, "csv", [("format", "csv")]])
def test_values_that_are_not_a_dict_are_refused(ws, given):
    form = pb.forms.ExportForm(ws)
    with pytest.raises(errors.InvalidParameterError, match=f"not {type(given).__name__}"):
        form.values = given
