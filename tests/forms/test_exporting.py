"""ExportForm against a real sandbox: what it launches is what it counted and what it reads."""

from __future__ import annotations

import hashlib

import pytest

import pb2b_notebook as pb
from pb2b_notebook import errors
from pb2b_notebook.forms.exporting import filters_of


@pytest.fixture
def ws():
    with pb.open_sandbox(leads=60) as workspace:
        yield workspace


def test_it_asks_for_every_filter_of_the_contract(ws):
    form = pb.forms.ExportForm(ws)
    documented = {p.name for p in ws.operations["leads.list"].parameters} - {
        "order",
        "limit",
        "cursor",
        "include_total",
    }
    assert documented <= set(form.values)
    assert "custom.tier" in form.values
    shown = {id(w) for w in _every(form.widget)}
    says = " ".join(w.value for w in _every(form.widget) if isinstance(getattr(w, "value", None), str))
    assert "Export makes a file of this format at the service" in says
    assert all(id(one.widget) in shown for one in form._inputs.values())


def _every(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from _every(child)


def test_count_export_and_read_agree_on_the_rows(ws):
    form = pb.forms.ExportForm(ws)
    form.values = {"status": ["new", "contacted"], "fields": ["id", "email", "tier"], "format": "jsonl"}
    assert ("Account tier", "tier") in form._inputs["fields"].widget.options  # a person reads labels, not keys
    counted = form.count()
    done = form.submit()
    frame = form.read()
    assert counted == done.export.row_count == done.readiness.row_count == len(frame) > 0
    assert list(frame.columns) == ["id", "email", "custom_tier"]
    [file] = ws.sandbox.data_folder.rglob(f"{done.export.id}.jsonl")
    assert hashlib.sha256(file.read_bytes()).hexdigest() == done.readiness.sha256
    shown = repr(done)
    assert done.export.id in shown
    assert f"{counted:,}" in shown
    assert "Record" not in shown


def test_filters_take_relative_times(ws):
    form = pb.forms.ExportForm(ws)
    form.values = {"created_after": "30d"}
    assert form.count() == form.submit().export.row_count == len(ws.leads.list(created_after="30d"))


def test_a_count_of_no_leads_says_what_to_look_at(ws):
    form = pb.forms.ExportForm(ws)
    for country, says_more in (("Germny", True), ("Germany", False)):
        form.values = {"country": [country]}
        form._show_count()
        assert ("two-letter code" in form._message.value) == says_more
    assert "leads match" in form._message.value


def test_custom_filters(ws):
    form = pb.forms.ExportForm(ws)
    form.values = {"custom.tier": "A"}
    assert form.count() == form.submit().export.row_count == len(ws.leads.list(custom={"tier": "A"}))


def test_by_hand(ws):
    form = pb.forms.ExportForm(ws)
    form.values = {"has_email": False}
    off = []  # a download does nothing while the job is watched
    form._downloads[0].observe(lambda change: off.append(change["new"]), "disabled")
    form.click()
    assert form.wait().error is None
    assert off == [True, False]
    _, facts, actions = form._outcome.children
    read, save = actions.children
    assert form.result.export.id in facts.value
    read.click()
    form.wait()
    assert len(form.frame) == form.result.export.row_count
    assert "df = form.frame" in form._outcome.children[3].value
    preview = form._outcome.children[4].value
    assert all(label in preview for label in ("Full name", "Deal value (EUR)", "Account tier"))
    assert not any(word in preview for word in ("full_name", "nan", "NaT", "&lt;NA&gt;"))
    name, size, _ = save.piece(0)
    assert (name, size) == (f"{form.result.export.id}.csv", form.result.readiness.size_bytes)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_the_rows_that_match_are_downloaded_without_an_export(ws, suffix):
    before = len(ws.exports.list())
    form = pb.forms.ExportForm(ws)
    form.values = {"status": ["new", "contacted"], "custom.tier": "A", "fields": ["id", "email", "tier"]}
    name, content = form._file_of_leads(suffix)
    rows = pb.read_leads(content, quiet=True)
    expected = ws.leads.list(status=["new", "contacted"], custom={"tier": "A"})
    assert name == f"leads.{suffix}"
    assert list(rows.columns) == ["id", "email", "custom_tier"]
    assert sorted(rows["id"]) == sorted(expected["id"])
    assert f"{len(rows):,} leads read" in form._message.value
    assert len(ws.exports.list()) == before


def test_a_list_without_items_is_a_blank_cell_of_a_download(ws):
    form = pb.forms.ExportForm(ws)
    _, content = form._file_of_leads("csv")
    lists = ws.leads.list()["tags"]
    assert any(lists)
    assert not all(lists)
    assert b"[]" not in content


def test_a_download_that_fails_is_shown_and_nothing_is_saved(ws):
    form = pb.forms.ExportForm(ws)
    form.values = {"created_after": "sometime"}
    with pytest.raises(errors.ProspectB2BError):
        form._file_of_leads("csv")
    assert "sometime" in form._message.value
    assert not form.busy


def test_an_export_form_warns_of_a_read_only_workspace_and_refuses(ws):
    ws._session.client.read_only = True
    form = pb.forms.ExportForm(ws)
    assert "read-only" in form._message.value
    with pytest.raises(errors.ReadOnlyError):
        form.submit()


def test_a_missing_scope_is_shown_with_its_repair(ws):
    key = ws.sandbox.create_key(scopes=["me.read", "leads.read", "lead-fields.read"])
    with pb.connect(key, base_url=ws._session.client.base_url) as narrow:
        form = pb.forms.ExportForm(narrow)
        form.click()
        form.wait()
    assert isinstance(form.error, errors.PermissionDeniedError)
    assert "leads.export" in form._message.value


def test_nothing_to_read_before_an_export(ws):
    with pytest.raises(errors.UsageError, match="has not exported anything"):
        pb.forms.ExportForm(ws).read()


def test_filters_of_keeps_false_and_drops_what_is_empty():
    assert filters_of({"has_email": False, "q": None, "status": [], "format": "csv", "fields": []}) == {
        "has_email": False
    }
