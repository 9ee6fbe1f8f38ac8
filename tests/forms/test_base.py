"""The base of the forms, by a form of the test's own: real widgets, real threads."""

from __future__ import annotations

import threading

import pytest

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook import errors
from pb2b_notebook.forms import inputs
from pb2b_notebook.forms.base import Form
from pb2b_notebook.forms.watching import StoppedWatching


def greet(values, watch):
    watch.report(None, "greeting …")
    return f"hello {values['name']}"


class Greeting(Form):
    title = "Greet"
    action = "Greet"

    def __init__(self, work=greet):
        self.work = work
        self.runs = 0
        super().__init__()

    def _ask(self):
        return [
            inputs.text("name", "Name"),
            inputs.choice("tone", "Tone", ["kind", "curt"]),
            inputs.multi_choice("words", "Words", ["a", "b", "c"]),
            inputs.flag("loud", "Loud"),
            inputs.number("times", "Times", 1, least=1, most=9),
        ]

    def _run(self, values, watch):
        self.runs += 1
        return self.work(values, watch)

    @property
    def shown(self):
        return self._message.value + "".join(getattr(one, "value", "") for one in self._outcome.children)

    def press(self):
        self._button.click()


VALUES = {"name": "Ada", "tone": "curt", "words": ["a", "c"], "loud": True, "times": 3}


def test_values_are_set_and_read():
    form = Greeting()
    form.values = VALUES
    assert form.values == VALUES
    form.values = {"loud": False}
    assert form.values == VALUES | {"loud": False}


def test_submit_returns_keeps_and_shows_the_result():
    form = Greeting()
    assert form.submit(name="Ada") == "hello Ada" == form.result
    assert form.error is None
    assert "hello Ada" in form.shown


def test_a_click_does_the_same_in_the_background():
    form = Greeting()
    form.values = {"name": "Ada"}
    form.press()
    assert form.wait().result == "hello Ada"
    assert not form.busy
    assert "hello Ada" in form.shown


@each_case(
    ("name", "value"),
    [
        ("tone", "rude"),
        ("words", ["z"]),
        ("loud", "yes"),
        ("times", 10),
        ("times", True),
        ("times", "3"),
        ("name", 3),
        ("words", 5),
    ],
)
def test_a_value_that_does_not_fit_is_refused_without_being_repeated(name, value):
    form = Greeting()
    form.values = VALUES
    with pytest.raises(errors.InvalidParameterError, match=repr(name)) as caught:
        form.values = {name: value}
    assert "rude" not in caught.value.message
    assert form.values == VALUES


def test_an_unknown_value_gets_the_nearest_name_and_changes_nothing():
    form = Greeting()
    with pytest.raises(errors.InvalidParameterError, match="'name'"):
        form.values = {"times": 4, "nmae": "Ada"}
    assert form.values["times"] == 1


def test_submit_raises_an_error_and_a_click_shows_it():
    def refuse(values, watch):
        raise errors.ValidationError(
            "refused", status=422, request_id="req_<b>1", details=[errors.Detail("email", "invalid", "<i>no</i>")]
        )

    form = Greeting(refuse)
    with pytest.raises(errors.ValidationError):
        form.submit()
    form.press()
    form.wait()
    assert isinstance(form.error, errors.ValidationError)
    assert form.result is None
    for part in ("ValidationError", "refused", "req_&lt;b&gt;1", "&lt;i&gt;no&lt;/i&gt;", "→"):
        assert part in form.shown


def test_a_bug_shows_its_type_and_not_its_message():
    def fail(values, watch):
        raise RuntimeError("ada@example.com")

    form = Greeting(fail)
    form.press()
    form.wait()
    assert "RuntimeError" in form.shown
    assert "ada@example.com" not in form.shown
    assert isinstance(form.error, RuntimeError)


def test_a_double_click_sends_once_and_a_submit_while_busy_is_refused():
    started, go_on = threading.Event(), threading.Event()

    def work(values, watch):
        started.set()
        go_on.wait(30)
        return "done"

    form = Greeting(work)
    form.press()
    started.wait(30)
    form.press()
    assert form.busy
    with pytest.raises(errors.UsageError, match="busy"):
        form.submit()
    go_on.set()
    assert form.wait().result == "done"
    assert form.runs == 1


def test_stop_ends_the_watching_and_shows_how_to_watch_again():
    started = threading.Event()

    def work(values, watch):
        watch.set_reattach("JobMonitor(ws, 'job_<1>')")
        started.set()
        watch.pause(30)

    form = Greeting(work)
    form.press()
    started.wait(30)
    form.stop()
    form.wait()
    assert isinstance(form.error, StoppedWatching)
    assert "JobMonitor(ws, &#x27;job_&lt;1&gt;&#x27;)" in form.shown


def test_progress_is_shown_and_gone_at_the_end():
    seen = []

    def work(values, watch):
        watch.report(0.25, "<script>")
        seen.append((form._bar.value, form._bar.layout.display, form._activity.value))

    form = Greeting(work)
    form.submit()
    [(value, display, doing)] = seen
    assert value == 0.25
    assert display == ""
    assert "&lt;script&gt;" in doing
    assert form._bar.layout.display == "none"
    assert form._activity.value == ""


def test_a_form_can_be_submitted_again_after_a_failure():
    fails = [True]

    def work(values, watch):
        if fails.pop():
            raise errors.ServerError("down", status=503)
        return "up"

    form = Greeting(work)
    fails.append(True)
    fails.reverse()
    with pytest.raises(errors.ServerError):
        form.submit()
    fails[:] = [False]
    assert form.submit() == "up"
    assert form.error is None
    assert "ServerError" not in form.shown


def test_without_a_front_end_the_text_says_how_to_use_the_form():
    form = Greeting()
    bundle = form._repr_mimebundle_()
    assert "form.submit()" in bundle["text/plain"]
    assert "cannot show widgets" in bundle["text/plain"]
    assert form._mime_() == ("text/plain", bundle["text/plain"])  # what marimo shows
    assert "pip install ipywidgets" in bundle["text/plain"]
    assert "cannot show widgets" not in repr(form)
    assert "name = None" in bundle["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in bundle


@each_case(
    ("call", "says"),
    [
        (lambda: pb.forms.ImportForm([1]), "ImportForm needs a workspace, not list"),
        (pb.forms.ExportForm, "ExportForm needs a workspace"),
        (lambda: pb.forms.JobMonitor(ws="x"), "JobMonitor needs a workspace"),
        (lambda: pb.forms.App({}), "App needs a workspace"),
    ],
)
def test_a_form_without_a_workspace_is_refused(call, says):
    with pytest.raises(errors.InvalidParameterError) as caught:
        call()
    assert says in str(caught.value)
