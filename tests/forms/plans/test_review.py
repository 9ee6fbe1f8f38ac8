"""A plan reviewed by value and by hand, over a real sandbox: what is ticked is applied, once, and nothing else."""

from __future__ import annotations

import threading

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from pb2b_notebook import errors
from workspaces import Service, connected

HOSTILE = '<img src=x onerror="alert(1)"> $5 to $10 \u202eevil'
CANARY = "canary-7f3a"


@pytest.fixture
def ws():
    """A workspace in which nobody has opted out: plans compare their rows with no one."""
    with pb.open_sandbox(leads=1, rate_limit=1_000_000) as workspace:
        yield workspace


def people(count, **columns):
    rows = {"email": [f"r{number}@review.example" for number in range(count)], **columns}
    return pd.DataFrame({name: value if isinstance(value, list) else [value] * count for name, value in rows.items()})


def written(ws):
    found = ws.leads.list(frame="polars")
    return found.filter(pl.col("email").str.ends_with("@review.example")).sort("email")


def line(form, row):
    """The line of the page that shows a row."""
    return next(one for one in form._lines if one.row == row)


def button(form, label):
    """A button anywhere in the form."""
    todo = [form.widget]
    while todo:
        one = todo.pop()
        if getattr(one, "description", None) == label and hasattr(one, "click"):
            return one
        todo += getattr(one, "children", ())
    raise AssertionError(label)


def press(form, label):
    button(form, label).click()
    if form._question.is_open:
        form._question.yes.click()
    form.wait(60)


# --- by value --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_ticked_rows_are_applied_and_a_second_run_has_nothing_to_do(ws, library):
    frame = people(4, title=["CEO", "CTO", None, "CFO"])
    frame = pl.from_pandas(frame) if library == "polars" else frame
    form = pb.forms.PlanReview(ws.leads.plan(frame))
    done = form.submit(left_out=[1], edits={3: {"title": "Chair"}})
    assert form.values["left_out"] == [1]
    assert list(done.rows["status"]) == ["succeeded", "unchanged", "succeeded", "succeeded"]
    assert type(done.rows).__module__.startswith(library)
    assert written(ws)["title"].to_list() == ["CEO", None, "Chair"]
    again = pb.forms.PlanReview(ws.leads.plan(frame))
    again.values = {"left_out": [1], "edits": {3: {"title": "Chair"}}}
    assert again._button.disabled
    assert "Nothing to do" in again._summary.value
    assert again.submit().job_id is None
    assert len(ws.upserts.list()) == 1


def test_the_shown_rows_are_chosen_by_value(ws):
    ws.leads.plan(people(2, title="CEO", city="Rome")).apply()
    frame = people(6, title=["CEO", "CTO", "CTO", None, "CEO", "CEO"], city="Rome")
    frame.loc[5, "email"] = "nobody"
    form = pb.forms.PlanReview(ws.leads.plan(frame))
    for values, rows in [
        ({"action": "create"}, [2, 3, 4]),
        ({"action": "update"}, [1]),
        ({"action": "unchanged"}, [0]),
        ({"action": "invalid"}, [5]),
        ({"action": None, "field": "city"}, [2, 3, 4]),
        ({"field": None, "search": "cto"}, [1, 2]),
        ({"search": "R3@review"}, [3]),
        ({"search": None, "order": "most changes first"}, [2, 4, 3, 1, 0, 5]),
    ]:
        form.values = values
        assert form.shown == rows, values
    form.values = {"action": "create"}
    form.untick()
    assert form.values["left_out"] == [2, 3, 4]
    assert form.chosen.summary["create"] == 0
    assert "1 of 6 rows ticked: 1 " in form._summary.value
    ticked, _, rest = form._summary.value.partition("Not sent: ")
    assert "unchanged" not in ticked.partition("rows ticked")[2]  # the numbers add up to what is ticked
    assert "unchanged" in rest
    form.tick([3])
    assert form.submit().summary["succeeded"] == 2


def test_values_that_do_not_fit_are_refused_and_change_nothing(ws):
    form = pb.forms.PlanReview(ws.leads.plan(people(2, title="CEO")))
    before = form.plan
    for values in (
        {"left_out": [4]},
        {"left_out": ["0"]},
        {"left_out": "0"},
        {"left_out": 3},
        {"edits": {0: {"titel": CANARY}}},
        {"edits": {0: {"email": CANARY}}},
        {"edits": {7: {"title": CANARY}}},
        {"edits": [CANARY]},
        {"overwrite": [9]},
        {"action": "explode"},
        {"via": "post"},
    ):
        with pytest.raises(errors.InvalidParameterError) as caught:
            form.submit(**values)
        assert CANARY not in str(caught.value), values
        assert CANARY not in form._message.value, values
        assert form.plan is before, values
        assert form.values["left_out"] == [], values
    assert not len(ws.upserts.list())


@pytest.mark.parametrize("given", [None, "plan", pd.DataFrame({"email": ["a@x.example"]})])
def test_a_review_refuses_what_is_not_a_plan(given):
    with pytest.raises(errors.InvalidParameterError, match="plan = ws"):
        pb.forms.PlanReview(given)


def test_an_empty_plan_has_nothing_to_do(ws):
    form = pb.forms.PlanReview(ws.leads.plan(people(0, title="CEO")))
    assert "Nothing to do" in form._summary.value
    assert form._button.disabled
    assert form.submit().summary["succeeded"] == 0


def test_deletions_and_undo_plans_are_reviewed_too(ws):
    done = ws.leads.plan(people(3, title="CEO")).apply()
    change = ws.leads.plan(people(3, title="CTO")).apply()
    undo = pb.forms.PlanReview(change.undo_plan())
    assert undo.submit(left_out=[0]).summary["succeeded"] == 2
    assert written(ws)["title"].to_list() == ["CTO", "CEO", "CEO"]
    form = pb.forms.PlanReview(ws.leads.plan_delete(done.rows["lead_id"]))
    with pytest.raises(errors.UsageError, match="no values"):
        form.submit(edits={0: {"title": "x"}})
    assert form.submit(left_out=[1]).summary["succeeded"] == 2
    assert written(ws)["email"].to_list() == ["r1@review.example"]


def test_a_plan_over_the_limit_warns_and_fits_once_rows_are_left_out():
    full = Service(leads=0, leads_limit=2)
    try:
        with connected(full.url, full.key) as ws:
            form = pb.forms.PlanReview(ws.leads.plan(people(3)))
            assert "too many" in form._summary.value
            with pytest.raises(errors.PlanRefusedError):
                form.submit()
            assert form.submit(left_out=[2]).summary["succeeded"] == 2
    finally:
        full.close()


# --- by hand ---------------------------------------------------------------------------------------------------------


def test_ticks_by_hand(ws):
    form = pb.forms.PlanReview(ws.leads.plan(people(3, title="CEO")))
    assert form._button.description == "Apply 3 rows"
    line(form, 1)._tick.value = False
    assert form._button.description == "Apply 2 rows"
    press(form, "Untick all shown")
    assert form._button.disabled
    line(form, 0)._tick.value = True
    press(form, "Apply 1 row")
    assert written(ws)["email"].to_list() == ["r0@review.example"]
    assert "succeeded" in line(form, 0)._content.value
    assert form._button.disabled


def editor(form, row):
    """The boxes of a row's editor by their labels, and its buttons."""
    line(form, row)._edit.click()
    found, todo = {}, list(line(form, row)._editor.children)
    while todo:
        one = todo.pop(0)
        found.setdefault(getattr(one, "description", "") or "told", one)
        todo += getattr(one, "children", ())
    return found


def test_a_value_is_edited_in_its_row_and_a_refusal_is_shown_there(ws):
    frame = people(3, title="CEO", country="DE", score=1)
    frame["custom_demo_at"] = "2026-03-10T12:00:00Z"
    frame.loc[2, "email"] = "nobody"
    form = pb.forms.PlanReview(ws.leads.plan(frame))
    boxes = editor(form, 2)
    boxes["E-mail"].value = CANARY
    boxes["Change the row"].click()
    form.wait(60)
    told = line(form, 2)._editor.children[-1].value
    assert isinstance(form.error, errors.InvalidParameterError)
    assert "row 2, email" in told
    assert CANARY not in told + str(form.error)
    boxes["E-mail"].value = "r2@review.example"
    boxes["Title"].value = "Chair"
    boxes["Demo booked for"].value = "10.3.2026 14:00"
    boxes["Change the row"].click()
    form.wait(60)
    assert not line(form, 2)._editor.children
    demo = "2026-03-10T13:00:00.000Z"  # by the workspace's time zone
    assert form.values["edits"] == {2: {"email": "r2@review.example", "title": "Chair", "custom_demo_at": demo}}
    press(form, "Apply 3 rows")
    assert written(ws)["title"].to_list() == ["CEO", "CEO", "Chair"]


def test_apply_is_refused_while_a_row_has_unsaved_edits(ws):
    frame = people(2, title="CEO")
    frame.loc[1, "email"] = "nobody"
    form = pb.forms.PlanReview(ws.leads.plan(frame))
    boxes = editor(form, 0)
    editor(form, 1)  # looked at only, whatever is wrong in it
    boxes["Title"].value = CANARY
    with pytest.raises(errors.UsageError, match="row 0 is being edited") as refusal:
        form.submit()
    assert CANARY not in str(refusal.value)
    assert len(written(ws)) == 0
    boxes["Cancel"].click()
    form.submit()
    assert written(ws)["title"].to_list() == ["CEO"]


def test_a_conflict_is_shown_and_overwritten_only_when_it_is_ticked(ws):
    ws.leads.plan(people(2, title="CEO")).apply()
    frame = ws.leads.list()[["id", "email", "updated_at", "title"]]
    frame = frame[frame["email"].str.endswith("@review.example")].assign(title="CTO").reset_index(drop=True)
    ws.leads.update(frame["id"][0], title="Chair")
    form = pb.forms.PlanReview(ws.leads.plan(frame))
    assert form.plan.rows["action"].tolist() == ["conflict", "update"]
    assert "1 changed since they were read" in form._summary.value
    assert "Chair" in line(form, 0)._content.value
    assert form.chosen.summary["update"] == 1
    press(form, "Tick all shown")
    assert form.values["overwrite"] == []
    line(form, 0)._tick.value = True
    assert form.values["overwrite"] == [0]
    line(form, 0)._tick.value = False
    assert form.plan.rows["action"].tolist() == ["conflict", "update"]
    line(form, 0)._tick.value = True
    press(form, "Apply 2 rows")
    assert set(written(ws)["title"]) == {"CTO"}


def test_a_plan_that_went_stale_is_a_conflict_and_can_be_planned_again(ws):
    ws.leads.plan(people(2, title="CEO", city="Rome")).apply()
    form = pb.forms.PlanReview(ws.leads.plan(people(2, title="CTO", city="Rome")))
    ws.leads.update(form.plan.rows["lead_id"][1], title="Chair")
    press(form, "Apply 2 rows")
    assert form.outcome.summary["conflict"] == 1
    assert form._button.disabled
    shown = line(form, 1)._content.value
    assert "<small>now: " in shown
    assert "Chair" in shown
    press(form, "Plan again")
    assert form.plan.rows["action"].tolist() == ["unchanged", "update"]
    press(form, "Apply 1 row")
    assert written(ws)["title"].to_list() == ["CTO", "CTO"]
    press(form, "Plan again")
    assert "Nothing to do" in form._message.value
    assert form._button.disabled


def test_a_change_after_apply_is_made_to_a_new_plan(ws):
    form = pb.forms.PlanReview(ws.leads.plan(people(2, title="CEO")))
    form.submit(left_out=[1])
    line(form, 1)._tick.value = True
    form.wait(60)
    assert form.plan.rows["action"].tolist() == ["unchanged", "create"]
    press(form, "Apply 1 row")
    assert len(written(ws)) == 2
    assert list(ws.upserts.list()["rows"]) == [2, 2]


def test_failures_are_shown_beside_their_rows_and_only_they_are_retried():
    full = Service(leads=0, leads_limit=3)
    try:
        with connected(full.url, full.key) as ws:
            form = pb.forms.PlanReview(ws.leads.plan(people(3, title="CEO")))
            other = ws.leads.create(email="other@x.example")
            form.submit()
            assert form.outcome.summary["failed"] == 1
            form.values = {"outcome": "failed"}
            (row,) = form.shown
            assert "leads_limit_reached" in line(form, row)._content.value
            ws.leads.delete(other.id)
            press(form, "Retry failed rows")
            assert form.outcome.summary["failed"] == 0
            assert len(written(ws)) == 3
            with pytest.raises(errors.UsageError):
                form.retry()
    finally:
        full.close()


def test_stop_loses_nothing_and_the_job_continues_here_or_after_a_restart(ws):
    frame = people(500, title="CEO")
    form = pb.forms.PlanReview(ws.leads.plan(frame))
    form._report_progress = lambda *_: form.stop() or type(form)._report_progress(form, 0, 500)
    press(form, "Apply 500 rows")
    assert form.outcome.summary["pending"] == 500
    assert "unfinished job" in form._unfinished.children[0].value
    # Restart & Run All: the same frame, another form.
    again = pb.forms.PlanReview(ws.leads.plan(frame))
    with pytest.raises(errors.JobChangedError):
        again.submit(left_out=[3])
    assert "unfinished job" in again._unfinished.children[0].value
    press(again, "Continue it")
    assert again.outcome.summary["succeeded"] == 500
    assert not again._unfinished.children
    assert written(ws)["email"].n_unique() == len(written(ws)) == 500


def test_the_rest_of_a_job_can_be_dropped(ws):
    frame = people(3, title="CEO")
    ws.leads.plan(frame).apply(watch=lambda *_: False)
    form = pb.forms.PlanReview(ws.leads.plan(frame))
    press(form, "Drop the rest")
    assert not form._unfinished.children
    assert form.submit(left_out=[0]).summary["succeeded"] == 2
    assert written(ws)["email"].to_list() == ["r1@review.example", "r2@review.example"]


def test_a_click_while_busy_does_nothing_and_a_second_one_sends_nothing(ws):
    form = pb.forms.PlanReview(ws.leads.plan(people(3)))
    form.click()
    form.click()
    form.wait(60)
    first = form.outcome
    form.click()
    form.wait(60)
    assert form.outcome.job_id == first.job_id
    assert len(ws.upserts.list()) == 1


def test_rows_cannot_be_chosen_while_the_plan_is_applied(ws):
    form = pb.forms.PlanReview(ws.leads.plan(people(3, title="CEO")))
    refused = []

    def meanwhile(done, total):
        other = threading.Thread(target=lambda: refused.append(choose(form)))
        other.start()
        other.join(30)
        return True

    form._report_progress = meanwhile
    form.submit()
    assert {type(one) for one in refused} == {errors.UsageError}
    assert form.values["left_out"] == []
    assert len(written(ws)) == 3


def choose(form):
    try:
        form.untick([1])
    except errors.ProspectB2BError as problem:
        return problem
    return None


def test_names_of_leads_are_inert(ws):
    ws.leads.create(email="r0@review.example", title=HOSTILE)
    frame = people(2, full_name=HOSTILE, title=["CEO", HOSTILE])
    form = pb.forms.PlanReview(ws.leads.plan(frame))
    shown = "".join(one._content.value for one in form._lines)
    assert "<img" not in shown
    assert "&lt;img" in shown
    assert all("mathjax_ignore" in one._content.value for one in form._lines)
    assert "unicode-bidi:isolate" in shown
    boxes = editor(form, 1)
    assert boxes["Title"].value == HOSTILE
    form.submit()
    assert written(ws)["title"].to_list() == ["CEO", HOSTILE]


def test_ten_thousand_rows_are_a_page_of_widgets(ws):
    form = pb.forms.PlanReview(ws.leads.plan(people(10_000, title="CEO")))
    assert len(form._lines) == 20
    form.values = {"search": "r9999@"}
    assert form.shown == [9999]
    form.values = {"search": None, "page": 500}
    assert [one.row for one in form._lines] == list(range(9980, 10_000))


@pytest.mark.parametrize("kind", ["left_out", "edits"])
def test_values_of_a_form_can_be_given_back_where_labels_repeat(ws, kind):
    form = pb.forms.PlanReview(ws.leads.plan(people(3, title="CEO").set_axis([7, 7, 8], axis=0)))
    if kind == "left_out":
        form.untick()
    else:
        form.edit(8, title="CTO")
    before = form.values
    form.values = form.values
    assert form.values == before
    with pytest.raises(errors.InvalidParameterError, match="several rows have the same index label"):
        form.values = {"left_out": [7]}
