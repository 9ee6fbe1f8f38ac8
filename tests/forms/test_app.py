"""The app by value: what it opens on, what a key or a missing package does not allow, and what it forgets."""

from __future__ import annotations

import sys
import threading
import time

import ipywidgets as widgets
import pandas as pd
import pytest

import forwarding
import pb2b_notebook as pb
from messy_lists import lone_leads
from pb2b_notebook import errors
from pb2b_notebook.forms.app import TABS
from pb2b_notebook.forms.duplicates.find import left_rows, to_plan

HOSTILE = "<img src=x onerror=alert(1)>"


def another(ws, **options):
    """The same workspace by another key."""
    return pb.connect(ws.sandbox.create_key(**options), base_url=ws._session.client.base_url)


def shown(app, tab):
    """The text of a tab as it is shown."""
    return str([one.value for one in _all(app._tabs.children[list(TABS).index(tab)]) if isinstance(one, widgets.HTML)])


def _all(widget):
    yield widget
    for one in getattr(widget, "children", ()):
        yield from _all(one)


def test_the_app_opens_with_connecting_and_makes_each_tab_when_it_is_opened():
    app = pb.forms.App()
    assert app._page.children == (app.connecting.widget,)
    assert app.connecting._inputs["frame"].widget.layout.display == "none"  # a choice for cells
    with pytest.raises(errors.UsageError, match="no workspace"):
        app.open("jobs")
    ws = app.connecting.submit(where="sandbox")
    assert app.workspace is ws
    assert list(app._forms) == ["intake"]
    assert ">SANDBOX<" in app._card.value
    assert {tab: type(app.open(tab)).__name__ for tab in TABS} == {tab: form for tab, (_, _, form) in TABS.items()}
    assert app.open("jobs") is app.open("jobs")
    with pytest.raises(errors.UsageError, match="unknown tab"):
        app.open("job")
    app.disconnect()


def test_a_tab_that_is_still_being_made_when_the_app_disconnects_is_not_in_the_next_workspace():
    with pb.open_sandbox(leads=5) as ws, pb.open_sandbox(leads=6) as other:
        app = pb.forms.App()
        with app._lock:  # a form is being made
            opening = threading.Thread(target=app._on_connect, args=[ws])
            opening.start()
            while not getattr(app, "_tabs", None):
                time.sleep(0.01)
            leaving = threading.Thread(target=app.disconnect)
            leaving.start()
        opening.join(60)
        leaving.join(60)
        app._on_connect(other)
        assert "opening" not in shown(app, "intake")
        assert app.open("intake")._ws is other


def test_a_tab_that_is_opened_again_shows_what_happened_meanwhile(ws):
    app = pb.forms.App(ws)
    bringing, jobs = app.open("intake"), app.open("jobs")
    job = app.open("export").submit(status=["new"]).export["job_id"]
    plan = ws.leads.plan(pd.DataFrame({"email": ["new@example.com"]}))
    plan.apply(progress=False)
    assert job not in jobs._table.value
    app.open("jobs").wait()
    assert job in jobs._table.value
    app.open("intake")
    assert "1 person" in bringing._history._lines.widget.children[0].children[0].value


def test_a_page_without_widgets_says_so():
    assert "cannot show widgets" in pb.forms.App()._repr_mimebundle_()["text/plain"]


def test_merged_duplicates_become_a_plan_that_has_nothing_to_do_the_second_time(ws):
    app = pb.forms.App(ws)
    duplicates = app.open("duplicates")
    duplicates.submit()
    assert duplicates.review.progress["left"] == len(duplicates.result.clusters) > 2
    duplicates.review.merge()
    duplicates.review.not_a_duplicate()
    merged = duplicates.review.submit()
    duplicates.review._outcome.children[-1].children[0].click()  # Make a plan of it
    plans = app.open("plans")
    duplicates.review.wait()
    plans.wait()
    assert app._tabs.selected_index == list(TABS).index("plans")
    assert len(plans.result) == len(merged.losers) + merged.merged
    numbered = {f"row {number}" for number in range(1, len(plans.result) + 1)}
    assert {line._tick.description for line in plans.review._lines} == numbered
    done = plans.review.submit()
    assert set(done.rows["status"]) <= {"succeeded", "unchanged"}
    assert plans.submit().summary["update"] == 0
    assert "Nothing to do" in shown(app, "plans")
    before = len(duplicates.result.clusters)
    duplicates.submit()
    assert len(duplicates.result.clusters) == before - 1  # the losers are left out


def test_decisions_are_kept_in_a_file_and_continued(ws, tmp_path):
    session = str(tmp_path / "review.json")
    first, later = pb.forms.DuplicateForm(ws), pb.forms.DuplicateForm(ws)
    first.submit(session=session)
    first.review.not_a_duplicate()
    later.submit(session=session)
    assert later.review.progress == first.review.progress
    assert later.review.progress["not duplicates"] == 1


def test_a_file_is_searched_and_planned_without_the_rows_that_were_merged(ws, tmp_path):
    people = {"Name": ["Robert Hale", "Bob Hale", HOSTILE], "Mail": ["r.hale@a.example"] * 2 + ["x@b.example"]}
    path = tmp_path / "people.csv"
    pd.DataFrame(people).rename(columns={"Name": "full_name", "Mail": "email"}).to_csv(path, index=False)
    app = pb.forms.App(ws)
    duplicates = app.open("duplicates")
    duplicates.submit(source="file", path=str(path))
    duplicates.review.merge()
    duplicates.review.submit()
    duplicates.review._outcome.children[-1].children[0].click()
    duplicates.review.wait()
    plans = app.open("plans").wait()
    assert plans.result.summary["create"] == 2
    assert HOSTILE not in shown(app, "plans")
    assert "&lt;img" in shown(app, "plans")
    plans.use(None)
    assert "brought in with “Bring in a list”" in shown(app, "plans")
    with pytest.raises(errors.UsageError, match="no rows"):
        plans.submit()


def test_a_file_in_german_is_compared_with_the_workspace_and_only_what_it_adds_is_left(ws, tmp_path):
    known = next(lead for lead in lone_leads(ws) if lead["status"] not in {"unsubscribed", "bounced"})
    rows = {
        "Ganzer Name": [known["full_name"], "Wilma Brandneu", "WILMA BRANDNEU"],
        "E-Mail-Adresse": [known["email"], "wilma@brandneu.example", "wilma@brandneu.example"],
        "Firma": [known["company_name"], "Brandneu GmbH", "Brandneu"],
        "Größe": ["50", "viele", "viele"],
    }
    path = tmp_path / "fair.csv"
    pd.DataFrame(rows).to_csv(path, index=False, sep=";")
    app = pb.forms.App(ws)
    form = app.open("duplicates")
    form.values = {"source": "both", "path": str(path)}
    columns = form._list._columns._editor._lines
    columns["Ganzer Name"].field.value, columns["Größe"].field.value = "full_name", "employee_count"
    found = form.submit()
    assert sorted(found.clusters["size"].tolist()) == [2, 2]
    for cluster in found.clusters["cluster_id"]:
        form.review.merge(cluster)
    merged = form.review.submit()
    assert left_rows(merged)["email"].tolist() == ["wilma@brandneu.example"]
    plans = app.open("plans")
    plans.use(to_plan(merged))
    assert plans.submit(existing="fill").summary["create"] == 1


def test_a_tab_that_the_key_may_not_open_names_the_scope_and_the_others_work(ws):
    with another(ws, scopes=[one for one in ws.scopes if one != "webhooks.read"]) as narrow:
        app = pb.forms.App(narrow)
        with pytest.raises(errors.PermissionDeniedError, match=r"webhooks\.read"):
            app.open("webhooks").submit()
        assert "webhooks.read" in shown(app, "webhooks")
        assert app.open("jobs").submit() is not None


def test_a_tab_whose_package_is_missing_says_what_to_install_and_the_others_work(ws, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    app = pb.forms.App(ws)
    with pytest.raises(errors.MissingExtraError):
        app.open("duplicates").submit()
    assert "pip install" in app.open("duplicates")._message.value
    assert app.open("jobs").submit() is not None


def test_disconnecting_removes_everything_of_the_workspace(ws):
    canary = "canary@forgotten.example"
    ws.leads.create(email=canary, full_name="Canary Forgotten")
    app = pb.forms.App(ws)
    plans = app.open("plans")
    plans.use(pd.DataFrame({"email": [canary], "title": ["Bird"]}))
    plans.submit()
    assert canary in str(widgets.Widget.get_manager_state())
    app.disconnect()
    state = str(widgets.Widget.get_manager_state())
    assert canary not in state
    assert ws.name not in str([one.value for one in _all(app.widget) if isinstance(one, widgets.HTML)])
    assert ws.leads.list(q=canary).shape[0] == 1  # it was given: it stays open
    again = app.connecting.submit(where="sandbox")
    assert again is not ws
    app.disconnect()
    with pytest.raises(errors.ProspectB2BError):
        again.leads.list()  # it was the app's own


def test_hints_for_cells_are_hidden_in_the_app(ws):
    app = pb.forms.App(ws)
    app.open("export").submit(status=["qualified"])
    assert '<span class="pb2b-in-code"><code>' in shown(app, "export")
    assert ".pb2b-app .pb2b-in-code { display: none }" in app.widget.children[0].value


def test_a_service_that_is_new_to_this_machine_is_opened_for_writes_by_a_click(ws):
    with forwarding.live(ws)[0] as live:
        app = pb.forms.App(live)
        assert app._check_button.layout.display == ""
        leads = app.open("leads")
        intake = app.open("intake")
        assert "Check this service" in intake._message.value
        app._check_button.click()
        assert "Checked: writes are open" in app._error.value
        assert not live.writes_locked
        assert app._check_button.layout.display == "none"
        assert "Check this service" not in intake._message.value + leads._message.value
