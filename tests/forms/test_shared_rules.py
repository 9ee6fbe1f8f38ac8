"""The rules that all forms share: one look, one place for what goes wrong, and a way on from every state.

A form that is added to ``pb.forms`` is held to them, or this fails.
"""

from __future__ import annotations

import pandas as pd
import pytest

import pb2b_notebook as pb
from pb2b_notebook import errors
from pb2b_notebook.forms.base import Form

HOSTILE = '<img src=x onerror="alert(1)"> $5 to $10 \u202eevil\u200b' + "n" * 100
PEOPLE = pd.DataFrame({"id": ["l1", "l2"], "full_name": ["Ada Hale"] * 2, "email": ["ada@a.example"] * 2})
ROWS = pd.DataFrame({"email": ["ada@a.example", "alan@b.example"], "full_name": ["Ada", "Alan"]})
NEW = pd.DataFrame({"email": ["grace@c.example"], "full_name": ["Grace Moor"]})
# What each is made of: nothing, duplicates, a workspace, a workspace and rows, a plan.
ALONE = {"ConnectForm", "DuplicateReview"}
SERVICE = (
    *(
        "DashboardForm",
        "DuplicateForm",
        "ExportForm",
        "ImportForm",
        "IntakeForm",
        "JobMonitor",
        "LeadForm",
        "LeadSearch",
    ),
    *("PlanForm", "PlanReview", "ReportForm", "WebhookMonitor"),
)
VALUES = {"ConnectForm": {"where": "sandbox"}, "LeadForm": {"full_name": "Ada"}}
WRITING = ("ExportForm", "ImportForm", "IntakeForm", "LeadForm", "PlanReview")
STOPS = {"ConnectForm": None, "DuplicateReview": None, "LeadForm": None, "LeadSearch": None} | dict.fromkeys(
    ("DashboardForm", "DuplicateForm", "IntakeForm", "PlanForm", "PlanReview", "ReportForm"), "Stop"
)
EVERY = sorted(set(pb.forms.__all__) - {"App", "Form"})
OWN = "The workspace's own fields could not be read".replace("'", "&#x27;")


def make(name, ws, rows=None):
    rows = {"DuplicateReview": PEOPLE, "IntakeForm": NEW}.get(name, ROWS) if rows is None else rows
    given = {
        "ConnectForm": tuple,
        "DuplicateReview": lambda: (pb.cleanup.duplicates(rows),),
        "ImportForm": lambda: (ws, rows),
        "IntakeForm": lambda: (ws, rows) if len(rows) else (ws,),
        "PlanReview": lambda: (ws.leads.plan(rows),),
    }.get(name, lambda: (ws,))()
    form = getattr(pb.forms, name)(*given)
    if name == "PlanForm":
        form.use(rows)
    if name == "IntakeForm" and len(rows):
        form.go("send")  # its button goes on to the next step before
    return form


def submitted(name, form):
    """The result; what it opened is closed again."""
    result = form.submit(**VALUES.get(name, {}))
    if name == "ConnectForm":
        result.close()
    return result


def inside(widget):
    """All widgets of a form, in the order of the eye."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from inside(child)


def marked(form, name):
    """The widget of a class; there is one in the whole form."""
    [found] = [one for one in inside(form.widget) if name in getattr(one, "_dom_classes", ())]
    return found


def buttons(form):
    return [one for one in inside(form.widget) if hasattr(one, "click")]


def shown(form):
    return "\n".join(str(one.value) for one in inside(form.widget) if "HTML" in type(one).__name__)


def refusing(form):
    """Let the form fail as it would where the service does; returns what puts it right again, and what was seen."""
    work, seen = form._run, []

    def refuse(values, watch):
        seen.append((form._stop.layout.display, form._stop.description))
        raise errors.ServerError("the service is down", status=503, request_id="req_1", repair="try again later")

    form._run = refuse
    return lambda: setattr(form, "_run", work), seen


@pytest.fixture(scope="module")
def ws():
    with pb.open_sandbox(leads=5, rate_limit=1_000_000) as workspace:
        yield workspace


@pytest.fixture(scope="module")
def empty():
    with pb.open_sandbox(leads=0, rate_limit=1_000_000) as workspace:
        yield workspace


def test_every_form_is_held_to_the_rules():
    assert sorted({*ALONE, *SERVICE}) == EVERY


@pytest.mark.parametrize("name", EVERY)
def test_all_forms_have_the_same_layout_and_one_place_for_errors(ws, name):
    form = make(name, ws)
    heading, actions, message = (marked(form, f"pb2b-{part}") for part in ("heading", "actions", "message"))
    order = list(form.widget.children)
    assert order[0] is heading
    assert form.title in heading.value
    assert order.index(message) == order.index(actions) + 1
    # The first button does what the form is for; no label is cut.
    main = [one for one in buttons(form) if one.button_style]
    if name == "ExportForm":  # a download, which needs no job at the service
        main += [form._button] if form._downloads[0].primary else []
    assert main == [form._button] == [actions.children[0]]
    assert form._button.button_style == ("" if name == "ExportForm" else "primary")
    assert {one.layout.width for one in buttons(form)} <= {"auto", None}
    # Whose data it is: at the top, and where something is written also beside the button, which may be far below.
    beside = "".join(str(getattr(one, "value", "")) for one in actions.children)
    assert (">SANDBOX<" in heading.value) == (name in SERVICE)
    assert (">SANDBOX<" in beside) == (name in WRITING)
    # By value, as text, and without a secret.
    assert isinstance(form, Form)
    form.values = form.values
    if name == "ConnectForm":
        form.values = {"where": "live", "key": ws.sandbox.key}
    told = repr(form)
    assert form.title in told
    assert "form.submit()" in told
    assert ws.sandbox.key not in told + shown(form) + "".join(str(one.get_state()) for one in inside(form.widget))

    mend, seen = refusing(form)
    form.click()
    if name == "IntakeForm":
        form._sending.yes.click()  # it asks before it sends
    form.wait()
    assert isinstance(form.error, errors.ServerError)
    places = [one for one in inside(form.widget) if "the service is down" in str(getattr(one, "value", ""))]
    assert places == [message]
    for part in ('role="alert"', "try again later", "req_1", "ServerError"):
        assert part in message.value
    # Stop is there only where it stops something, and only meanwhile.
    label = STOPS.get(name, "Stop watching")
    assert seen == [("none" if label is None else "", label or "Stop")]
    assert form._stop.layout.display == "none"
    # And the form goes on.
    mend()
    result = submitted(name, form)
    assert result is form.result is not None
    assert form.error is None
    assert "the service is down" not in shown(form)
    assert f"<code>{form.gives} = form.result</code>" in shown(form)


@pytest.mark.parametrize("name", EVERY)
def test_a_form_in_an_empty_workspace_says_what_to_do(empty, name):
    form = make(name, empty, PEOPLE.head(0))
    assert repr(form)
    if name in {"DuplicateForm", "ImportForm", "IntakeForm"}:
        with pytest.raises(errors.UsageError, match="choose a file"):
            form.submit()
    else:
        assert submitted(name, form) is not None
    assert not form.busy
    told = {
        "DuplicateReview": "Nothing was merged", "DuplicateForm": "choose a file",
        "ExportForm": "No lead matched", "ImportForm": "choose a file",
        "JobMonitor": "There was no job to watch", "PlanReview": "Nothing to do",
    }  # fmt: skip
    assert told.get(name, "") in shown(form)


def test_without_endpoints_the_webhook_form_says_how_to_create_one(empty):
    for endpoint in empty.webhooks.list()["id"]:
        empty.webhooks.delete(endpoint)
    form = pb.forms.WebhookMonitor(empty)
    assert "ws.webhooks.create" in form._table.value
    assert len(form.submit()) == 0
    assert "No deliveries match" in shown(form)


@pytest.mark.parametrize(
    "name",
    [
        one
        for one in SERVICE
        if one not in {"DashboardForm", "DuplicateForm", "IntakeForm", "LeadSearch", "PlanForm", "ReportForm"}
    ],
)
def test_with_hardly_any_scope_a_form_opens_and_names_the_missing_ones(ws, name):
    needed = {
        "ExportForm": ("leads.export", "lead-fields.read"), "ImportForm": ("leads.import", "lead-fields.read"),
        "JobMonitor": ("jobs.read",), "LeadForm": ("leads.write", "lead-fields.read"),
        "PlanReview": ("leads.write",), "WebhookMonitor": ("webhooks.read",),
    }  # fmt: skip
    with pb.connect(ws.sandbox.create_key(scopes=["me.read", "leads.read"]), base_url=address(ws)) as narrow:
        form = make(name, narrow, ROWS.assign(title="not there yet"))
        for scope in needed[name]:
            assert scope in form._message.value
        form.values = VALUES.get(name, {})
        form.click()
        form.wait()
        assert needed[name][0] in form._message.value
        assert "PermissionDeniedError" in form._message.value
        assert not form.busy


def test_without_the_workspaces_own_fields_the_rest_works():
    with pb.open_sandbox(leads=5, clock="real", speed=3600) as ws:
        scopes = [one for one in ws.scopes if one != "lead-fields.read"]
        with pb.connect(ws.sandbox.create_key(scopes=scopes), base_url=address(ws)) as other:
            forms = {name: make(name, other) for name in WRITING if name != "IntakeForm"}
            for name in ("ExportForm", "ImportForm", "LeadForm"):
                assert OWN in forms[name]._message.value
            lead = forms["LeadForm"].submit(full_name="Ada", status="contacted", tags=["a, b"])
            assert (lead.status, lead.tags) == ("contacted", ["a, b"])
            assert forms["ExportForm"].submit(status=["contacted"], fields=["email"]).readiness.ready
            assert forms["ImportForm"].mapping.columns == {"email": "email", "full_name": "full_name"}
            assert len(forms["ImportForm"].check()) == 0
            assert forms["ImportForm"].submit().run.error_count == 0
            # What is no address is seen before it is sent, too.
            refused = other.leads.plan(pd.DataFrame({"email": ["nobody"]}))
            assert refused.summary["invalid"] == 1


@pytest.mark.parametrize("name", ["ExportForm", "ImportForm", "LeadForm", "WebhookMonitor"])
def test_try_again_reads_what_failed_and_keeps_typed_values(ws, name):
    with ws.sandbox.faults.during("html lead_fields.list status=400; html webhooks.list status=404"):
        form = make(name, ws)
    assert "could not be read" in form._message.value
    typed = {"LeadForm": {"full_name": "Ada", "title": "Dr"}, "ExportForm": {"format": "xlsx"}}.get(name, {})
    form.values = typed
    button = next(one for one in buttons(form) if one.description == "Try again")
    assert button.layout.display == ""
    button.click()
    form.wait(60)
    assert form.error is None
    assert "could not be read" not in form._message.value
    assert [one.layout.display for one in buttons(form) if one.description == "Try again"] == ["none"]
    assert typed.items() <= form.values.items()
    there = {"ExportForm": "custom.tier", "LeadForm": "custom_tier"}.get(name)
    assert there is None or there in form.values
    submitted(name, form)
    if name == "WebhookMonitor":
        assert "2 endpoints" in form._table.value


@pytest.mark.parametrize("name", EVERY)
def test_hostile_text_is_inert_and_invisible_characters_are_spelled_out(ws, name):
    rows = (PEOPLE if name == "DuplicateReview" else ROWS).assign(title=[f"{name}: {HOSTILE}", "b"])
    if name == "WebhookMonitor":
        ws.webhooks.create(url="http://127.0.0.1:9/none", events=["lead.created"], description=HOSTILE)
    form = make(name, ws, rows)
    submitted(name, form)
    page = shown(form)
    assert "<img" not in page.replace('<img src="data:image/png;base64,', "")  # the picture of the dashboard
    assert not {"\u202e", "\u200b"} & {*page}
    if name in {"DuplicateReview", "PlanReview", "WebhookMonitor"}:
        assert "&lt;img" in page
        assert "⟨U+202E⟩" in page


def test_the_connect_form_opens_if_the_configuration_file_cannot_be_read(monkeypatch, tmp_path):
    (tmp_path / "config.toml").write_text("[profiles.\n", "utf-8")
    form = pb.forms.ConnectForm()
    assert "profiles of the configuration file could not be read" in form._message.value
    submitted("ConnectForm", form)


def address(ws):
    return ws._session.client.base_url
