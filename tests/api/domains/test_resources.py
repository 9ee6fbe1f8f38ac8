"""Every operation of the contract is reached by a verb of ``ws``; the table is made from what is really requested.

``pytest tests/api/domains/test_resources.py -k reached -rP`` prints it.
"""

import copy
import inspect
import itertools
import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook import errors, openapi
from pb2b_notebook.api.calls.options import OPTIONS
from pb2b_notebook.api.calls.signatures import OPTION_TEXTS, OPTION_TYPES
from pb2b_notebook.api.domains import resources, verbs

CSV = "Mail,Name\nada@example.com,Ada\nnobody,Nobody\n"
MAPPING = {"Mail": "email", "Name": "full_name"}
STEP = {"subject": "Hello {{first_name}}", "body": "…"}
HOOK = "http://127.0.0.1:9/hook"
_numbers = itertools.count()


def given(*positions, **keywords):
    return positions, keywords


def first(frame):
    return frame["id"].iloc[0]


def draft(ws):
    return ws.campaigns.create(name=f"Spring {next(_numbers)}", steps=[STEP])


def published(ws):
    return ws.campaigns.publish(draft(ws))


def workflow(ws):
    return ws.prospector.workflows.create(name=f"Founders {next(_numbers)}")


def webhook(ws):
    return ws.webhooks.create(url=f"{HOOK}/{next(_numbers)}", events=["lead.created"])


def failed_delivery(ws):
    hooks = ws.webhooks.list()
    return first(pd.concat([ws.webhooks.deliveries(one, status="failed") for one in hooks[hooks["enabled"]]["id"]]))


# Accessor → what it is given; what has to be there first is made on the way.
CALLS = {
    "ws.me": lambda _: given(),
    "ws.leads.list": lambda _: given(status=["new", "replied"]),
    "ws.leads.pages": lambda _: given(page_size=100),
    "ws.leads.find": lambda _: given("a"),
    "ws.leads.count": lambda _: given(status=["new", "replied"]),
    "ws.leads.get": lambda ws: given(first(ws.leads.list())),
    "ws.leads.create": lambda _: given(email="ada@example.com"),
    "ws.leads.update": lambda ws: given(first(ws.leads.list()), title="Countess"),
    "ws.leads.upsert": lambda _: given(email="eve@example.com", title="Dr"),
    "ws.leads.bulk_upsert": lambda _: given(rows=[{"email": "eve@example.com"}]),
    "ws.leads.delete": lambda ws: given(first(ws.leads.list())),
    "ws.leads.activities": lambda ws: given(first(ws.leads.list())),
    "ws.leads.messages": lambda ws: given(first(ws.leads.list())),
    "ws.lead_fields.list": lambda _: given(),
    "ws.lead_fields.get": lambda _: given("email"),
    "ws.activities.list": lambda _: given(type="reply_received"),
    "ws.activities.pages": lambda _: given(type="reply_received"),
    "ws.messages.list": lambda _: given(direction="inbound"),
    "ws.messages.pages": lambda _: given(direction="inbound"),
    "ws.messages.get": lambda ws: given(first(ws.messages.list())),
    "ws.imports.list": lambda _: given(status="completed"),
    "ws.imports.get": lambda ws: given(first(ws.imports.list())),
    "ws.imports.create": lambda _: given(CSV, MAPPING),
    "ws.imports.validate": lambda _: given(CSV, MAPPING),
    "ws.imports.wait": lambda ws: given(ws.imports.create(CSV, MAPPING, filename="other.csv")),
    "ws.imports.errors": lambda ws: given(first(ws.imports.list())),
    "ws.exports.list": lambda _: given(status="completed"),
    "ws.exports.get": lambda ws: given(first(ws.exports.list())),
    "ws.exports.create": lambda _: given(format="csv", filters={"status": "new"}),
    "ws.exports.readiness": lambda ws: given(first(ws.exports.list())),
    "ws.exports.wait": lambda ws: given(ws.exports.create(format="xlsx")),
    "ws.exports.rows": lambda ws: given(ws.exports.create(format="jsonl", fields=["id", "email"])),
    "ws.jobs.list": lambda _: given(type="import"),
    "ws.jobs.get": lambda ws: given(first(ws.jobs.list())),
    "ws.jobs.events": lambda ws: given(first(ws.jobs.list())),
    "ws.jobs.wait": lambda ws: given(ws.exports.create(format="csv", fields=["id"])),
    "ws.campaigns.list": lambda _: given(status="published"),
    "ws.campaigns.get": lambda ws: given(first(ws.campaigns.list())),
    "ws.campaigns.create": lambda _: given(name="Spring"),
    "ws.campaigns.update": lambda ws: given(draft(ws), name="Summer"),
    "ws.campaigns.publish": lambda ws: given(draft(ws)),
    "ws.campaigns.pause": lambda ws: given(published(ws)),
    "ws.campaigns.launch": lambda ws: given(published(ws)),
    "ws.campaigns.runs": lambda _: given(started_after="365d"),
    "ws.campaigns.get_run": lambda ws: given(first(ws.campaigns.runs())),
    "ws.campaigns.leads": lambda ws: given(first(ws.campaigns.list()), replied=True),
    "ws.campaigns.logs": lambda ws: given(first(ws.campaigns.list())),
    "ws.prospector.workflows.list": lambda _: given(),
    "ws.prospector.workflows.get": lambda ws: given(first(ws.prospector.workflows.list())),
    "ws.prospector.workflows.create": lambda _: given(name="Founders in Berlin"),
    "ws.prospector.workflows.update": lambda ws: given(workflow(ws), schedule="weekly"),
    "ws.prospector.workflows.start": lambda ws: given(workflow(ws)),
    "ws.prospector.runs.list": lambda _: given(status="completed"),
    "ws.prospector.runs.get": lambda ws: given(first(ws.prospector.runs.list())),
    "ws.prospector.runs.cancel": lambda ws: given(ws.prospector.workflows.start(workflow(ws))),
    "ws.inbox.threads.list": lambda _: given(status="open"),
    "ws.inbox.threads.get": lambda ws: given(first(ws.inbox.threads.list())),
    "ws.inbox.messages": lambda ws: given(first(ws.inbox.threads.list())),
    "ws.billing.subscription": lambda _: given(),
    "ws.billing.usage": lambda _: given(),
    "ws.billing.snapshot": lambda _: given(),
    "ws.settings.get": lambda _: given(),
    "ws.settings.snapshot": lambda _: given(),
    "ws.settings.members": lambda _: given(),
    "ws.tickets.list": lambda _: given(status="closed"),
    "ws.tickets.get": lambda ws: given(first(ws.tickets.list())),
    "ws.tickets.create": lambda _: given(subject="Import", message="It stops.", priority="high"),
    "ws.tickets.reply": lambda ws: given(first(ws.tickets.list()), message="Thank you."),
    "ws.webhooks.list": lambda _: given(),
    "ws.webhooks.get": lambda ws: given(first(ws.webhooks.list())),
    "ws.webhooks.create": lambda _: given(url=HOOK, events=["lead.created"]),
    "ws.webhooks.update": lambda ws: given(first(ws.webhooks.list()), description="ours"),
    "ws.webhooks.delete": lambda ws: given(webhook(ws)),
    "ws.webhooks.rotate": lambda ws: given(webhook(ws)),
    "ws.webhooks.deliveries": lambda ws: given(first(ws.webhooks.list()), status="succeeded"),
    "ws.webhooks.retry": lambda ws: given(failed_delivery(ws)),
}
CALLS |= {name.replace(".list", ".schema"): lambda _: given() for name in CALLS if name.endswith(".list")}
# The same verb, another operation: with one campaign, and after the look at what would happen.
MORE_CALLS = {
    "ws.campaigns.runs(campaign)": lambda ws: ws.campaigns.runs(first(ws.campaigns.list())),
    "ws.campaigns.launch(…).apply": lambda ws: ws.campaigns.launch(published(ws)).apply(),
}


@pytest.fixture(scope="module")
def ws():
    """One workspace for all of them: what one call changes, no other one counts on."""
    with pb.open_sandbox(leads=300, rate_limit=1_000_000) as opened:
        yield opened


def sent(ws):
    return ws.requests(frame="polars").height


def verb_of(ws, accessor):
    found = ws
    for name in accessor.split(".")[1:]:
        found = getattr(found, name)
    return found


PLANS = {"ws.leads.plan", "ws.leads.plan_delete", "ws.leads.intake", "ws.leads.find_opted_out"}
"""Actions over many operations, of rooms above: ``tests/upserts`` and ``tests/intake`` hold them to their requests."""


def every_accessor(ws):
    """All public functions of all domains of a workspace that are of the API, and ``ws.me``."""
    yield "ws.me", ws.me
    domains = [(f"ws.{name}", value) for name, value in vars(ws).items() if isinstance(value, verbs.Resource)]
    while domains:
        path, domain = domains.pop(0)
        for name in dir(domain):
            if not name.startswith("_"):
                inner = getattr(domain, name)
                if isinstance(inner, verbs.Resource):
                    domains.append((f"{path}.{name}", inner))
                elif f"{path}.{name}" not in PLANS:
                    yield f"{path}.{name}", inner


def requested(ws, call):
    """The operations that a call requests, in order."""
    before = len(ws.requests())
    answer = call()
    if isinstance(answer, Iterator):
        list(answer)
    return ws.requests()["operation"].tolist()[::-1][before:]


@pytest.fixture(scope="module")
def table(ws):
    """Accessor → the operations that it requests."""
    found = {}
    for accessor, arguments in CALLS.items():
        positions, keywords = arguments(ws)
        found[accessor] = requested(ws, lambda a=accessor, p=positions, k=keywords: verb_of(ws, a)(*p, **k))
    return found | {name: requested(ws, lambda c=call: c(ws)) for name, call in MORE_CALLS.items()}


def test_every_operation_is_reached(table):
    reached = {name: [a for a, operations in table.items() if name in operations] for name in openapi.load()}
    for name, operation in openapi.load().items():
        # The shortest way first: most of the others only come by.
        ways = sorted(reached[name], key=lambda accessor: (len(table[accessor]), len(accessor)))
        print(f"{operation.method:<6} {operation.path:<36} {ways[0] if ways else '-'}")  # noqa: T201 - the table
    print(f"{sum(map(bool, reached.values()))} of {len(reached)} operations are reached")  # noqa: T201
    assert [name for name, ways in reached.items() if not ways] == []


def test_the_table_names_every_verb(ws):
    assert {name for name, _ in every_accessor(ws)} == set(CALLS)


def test_a_verb_requests_what_it_declares(ws, table):
    for accessor, requests in table.items():
        holder = type(verb_of(ws, accessor.partition("(")[0].rpartition(".")[0]))
        declared = inspect.getattr_static(holder, accessor.partition("(")[0].rpartition(".")[2], None)
        if isinstance(declared, verbs.Verb):
            assert set(declared.operations) & set(requests), accessor


# --- typed ------------------------------------------------------------------------------------------------------------


def test_every_verb_is_typed_and_described(ws):
    for accessor, verb in every_accessor(ws):
        signature = inspect.signature(verb)
        assert signature.return_annotation is not inspect.Signature.empty, accessor
        for parameter in signature.parameters.values():
            assert parameter.annotation is not parameter.empty, (accessor, parameter)
            assert parameter.kind in {parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY}, (accessor, parameter)
        assert verb.__name__ == accessor.rpartition(".")[2]
        assert len(verb.__doc__) > 40, accessor


def test_the_keywords_of_each_verb_are_those_of_its_operation(ws):
    reserved = {"cursor", "limit", "include_total"}
    held = 0
    for accessor, verb in every_accessor(ws):
        holder = type(verb_of(ws, accessor.rpartition(".")[0]))
        declared = inspect.getattr_static(holder, accessor.rpartition(".")[2])
        if not isinstance(declared, verbs.Verb):
            continue
        operation = openapi.load()[declared.operation]
        expected = set(operation.path_parameters) | set(operation.query_parameters) | set(operation.body or ())
        if operation.many and not operation.mutates:
            expected = expected - reserved | set(OPTIONS)
        expected |= {"frame", "columns"} if operation.many and operation.mutates else set()
        expected |= {"custom"} if operation.custom_filters else set()
        expected |= {"idempotency_key", "again"} if operation.idempotent else set()
        ours = {
            "ws.leads.find": ({"text"}, {"q"}),
            "ws.campaigns.leads": ({"id", "replied"}, {"campaign_id"}),
        }.get(accessor, (set(), set()))
        if accessor.endswith(".pages"):
            expected -= {"progress", "parallel", "cached", "max_age", "refresh"}  # of a list as a whole
        if accessor.endswith(".count"):
            expected -= set(OPTIONS)
        keywords = set(inspect.signature(verb).parameters) - {"values"}
        assert keywords == expected - ours[1] | ours[0], accessor
        held += 1
    assert held > 60


def test_the_keywords_of_functions_of_their_own_are_the_contracts_too():
    """What they leave out is what they do themselves; what they add is ours."""
    for function, operation, left_out, added in (
        (resources.Imports.create, "imports.create", {"rows", "csv"}, {"data", "report"}),
        (resources.Imports.validate, "imports.validate", {"rows", "csv"}, {"data", "frame"}),
    ):
        known = openapi.load()[operation]
        names = set(known.body) | ({"idempotency_key", "again"} if known.idempotent else set())
        assert set(inspect.signature(function).parameters) - {"self"} == names - left_out | added


def test_every_option_of_a_list_has_a_type_and_a_text():
    assert set(OPTION_TYPES) == set(OPTION_TEXTS) == set(OPTIONS)


# --- bad input: typed, and nothing is sent ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda ws: ws.leads.list(stauts="new"), "did you mean 'status'"),
        (lambda ws: ws.leads.list(colums=["id"]), "did you mean 'columns'"),
        (lambda ws: ws.leads.list(fields=["id"]), "did you mean 'columns'"),
        (lambda ws: ws.leads.list(status="nwe"), "did you mean 'new'"),
        (lambda ws: ws.leads.list("new"), r"leads.list takes no arguments by position"),
        (lambda ws: ws.leads.list(limit=0), "leave limit out"),
        (lambda ws: ws.leads.list(updated_after="1d", updated_before="2d"), "updated_after must be the earlier"),
        (lambda ws: ws.campaigns.runs(started_after="1d", started_before="1d"), "started_after must be the earlier"),
        (lambda ws: ws.leads.list(cursor="x"), "takes no 'cursor'"),
        (lambda ws: ws.leads.list(custom_tier="A"), r'takes no .custom_tier. → custom=\{"tier": …\}'),
        (lambda ws: ws.leads.create(custom_tier="A"), r'takes no .custom_tier. → custom_fields=\{"tier": …\}'),
        (lambda ws: ws.leads.find("  "), "blank"),
        (lambda ws: ws.leads.find(), "needs 'text'"),
        (lambda ws: ws.leads.get(), "needs 'id'"),
        (lambda ws: ws.leads.get(None), "needs 'id'"),
        (lambda ws: ws.leads.get(7.5), "as text, not float"),
        (lambda ws: ws.leads.get(pd.DataFrame({"id": ["lead_1"]})), "as text, not DataFrame"),
        (lambda ws: ws.leads.get("lead_1", "lead_2"), "takes at most 1 by position"),
        (lambda ws: ws.leads.get("lead_1", id="lead_2"), "given twice"),
        (lambda ws: ws.leads.get(" "), "as text"),
        (lambda ws: ws.leads.get("job_1"), "the id of a job, not of a lead"),
        (lambda ws: ws.leads.get({"object": "campaign", "id": "x"}), "the id of a campaign, not of a lead"),
        (lambda ws: ws.leads.get({"object": "lead"}), "has no 'id'"),
        (lambda ws: ws.leads.list(ids=["campaign_1"]), "the id of a campaign, not of a lead"),
        (lambda ws: ws.leads.list(ids=pd.Series(["lead_1", "job_1"])), "the id of a job, not of a lead"),
        (lambda ws: ws.jobs.get("exp_1"), "the id of an export, not of a job"),
        (lambda ws: ws.activities.list(lead_id=["lead_1", "camp_1", "campaign_1"]), "a campaign, not of a lead"),
        (lambda ws: ws.campaigns.leads("campaign_1", replied="yes"), "True or False"),
        (lambda ws: ws.campaigns.leads("campaign_1", replied=True, limit=3), "limit and replied"),
        (lambda ws: ws.leads.update("lead_1", [("title", "x")]), "a dict by name, not list"),
        (lambda ws: ws.leads.update("lead_1", {"title": "x"}, title="y", emial="z"), "did you mean 'email'"),
        (lambda ws: ws.tickets.create(subject="x"), "needs 'message'"),
        (lambda ws: ws.webhooks.create(url=HOOK), "needs 'events'"),
        (lambda ws: ws.webhooks.create(url="ftp://example.com/x", events=["lead.created"]), "begins with https"),
        (lambda ws: ws.webhooks.create(url="https://", events=["lead.created"]), "begins with https"),
        (lambda ws: ws.webhooks.create(url="example.com", events=["lead.created"]), "begins with https"),
        (lambda ws: ws.webhooks.create(url="http://[::1", events=["lead.created"]), "begins with https"),
        (lambda ws: ws.webhooks.create(url=None, events=["lead.created"]), "needs 'url'"),
        (lambda ws: ws.webhooks.update("webhook_1", url=7), "begins with https"),
        (lambda ws: ws.exports.create(filters={"stauts": "new"}), "did you mean 'status'"),
        (lambda ws: ws.exports.create(filters=["new"]), "filters must be a dict"),
        (lambda ws: ws.exports.create(filters={"updated_after": "someday"}), "7d"),
        (lambda ws: ws.jobs.wait(None), "needs the id of a job, not NoneType"),
        (lambda ws: ws.jobs.wait("lead_1"), "the id of a lead, not of a job"),
        (lambda ws: ws.jobs.wait("job_1", timeout=0), "above 0"),
        (lambda ws: ws.jobs.wait("job_1", timeout=float("nan")), "above 0"),
        (lambda ws: ws.jobs.wait("job_1", timeout="1"), "above 0"),
        (lambda ws: ws.billing.snapshot(frame="panda"), "did you mean 'pandas'"),
        (lambda ws: ws.leads.get("lead_1", frame="polars"), "takes no 'frame'"),
    ],
)
def test_a_wrong_call_is_refused_and_nothing_is_sent(ws, call, says):
    before = sent(ws)
    with pytest.raises(errors.InvalidParameterError, match=says):
        call(ws)
    assert sent(ws) == before


def test_a_time_without_a_zone_is_in_the_workspaces_zone_with_one_notice(ws, caplog):
    caplog.set_level("INFO", logger="pb2b_notebook")
    with pb.connect(ws.sandbox.create_key(), base_url=ws._session.client.base_url) as other:
        for _ in range(2):
            frame = other.leads.list(created_after="2026-01-01T00:00:00")
    assert pb.provenance(frame).filters["created_after"] == "2025-12-31T23:00:00.000Z"
    assert [r.message for r in caplog.records if "zone" in r.message] == [
        "a time without a zone is read in the workspace's time zone, Europe/Berlin"
    ]


# --- objects as their ids ---------------------------------------------------------------------------------------------


def test_an_object_stands_for_its_id(ws):
    lead = ws.leads.create(email="record@example.com")
    assert ws.leads.get(lead).id == ws.leads.get(lead.id).id == ws.leads.get(id=lead).id == lead.id
    assert ws.lead_fields.get(ws.lead_fields.get("email")).key == "email"
    campaign = ws.campaigns.get(first(ws.campaigns.list()))
    assert len(ws.activities.list(campaign_id=campaign)) == len(ws.activities.list(campaign_id=campaign.id))
    busy = ws.leads.get(ws.activities.list(limit=1)["lead_id"].iloc[0])
    assert len(ws.activities.list(lead_id=[busy, lead.id])) == len(ws.leads.activities(busy)) > 0


def test_the_signing_secret_comes_once_and_never_as_text(ws):
    made = webhook(ws)
    assert isinstance(made.signing_secret, pb.Secret)
    assert made.signing_secret.reveal() not in f"{made!r}{made._repr_html_()}{made.signing_secret}"
    rotated = ws.webhooks.rotate(made)
    assert rotated.signing_secret.reveal() != made.signing_secret.reveal()
    assert "signing_secret" not in ws.webhooks.get(made)


# --- another contract -------------------------------------------------------------------------------------------------


def other_contract():
    """The same API with its operations named otherwise, one filter more and the jobs left out."""
    document = openapi.load_document()
    paths = {}
    for path, item in document["paths"].items():
        if path.startswith("/jobs"):
            continue
        paths[path.replace("{id}", "{object_id}")] = {
            method: {
                **operation,
                "operationId": f"{method}_{path}",
                "parameters": [
                    {**one, "name": "object_id"} if one.get("name") == "id" else one
                    for one in operation.get("parameters", [])
                ],
            }
            for method, operation in item.items()
        }
    favourite = {"name": "favourite", "in": "query", "schema": {"type": "boolean"}}
    paths["/leads"]["get"] = {
        **paths["/leads"]["get"],
        "parameters": [*paths["/leads"]["get"]["parameters"], favourite],
    }
    return openapi.read_document({**document, "paths": paths})


def test_signatures_follow_the_contract_in_use(ws):
    with pb.connect(ws.sandbox.create_key(), base_url=ws._session.client.base_url) as other:
        other._session.operations = other_contract()
        assert "favourite" in inspect.signature(other.leads.list).parameters
        assert "favourite" not in inspect.signature(ws.leads.list).parameters
        lead_id = first(other.leads.list(limit=5))
        assert other.leads.get(lead_id).id == lead_id
        assert len(other.campaigns.runs(first(other.campaigns.list())))
        with pytest.raises(errors.InvalidParameterError, match="did you mean 'favourite'"):
            other.leads.list(favorite=True)
        with pytest.raises(errors.ValidationError, match="favourite"):
            other.leads.list(favourite=True)  # it goes along, and our service refuses it


def test_a_verb_without_an_operation_is_not_shown_and_says_so(ws):
    with pb.connect(ws.sandbox.create_key(), base_url=ws._session.client.base_url) as other:
        other._session.operations = other_contract()
        assert "list" not in dir(other.jobs)
        assert "list" in dir(ws.jobs)
        assert "GET /jobs in ours" in other.jobs.list.__doc__
        with pytest.raises(errors.UnknownOperationError, match="GET /jobs in ours"):
            other.jobs.list()


# --- in a notebook ----------------------------------------------------------------------------------------------------


def test_help_and_completion_know_the_keywords(ws):
    import pydoc

    from IPython.core.completer import provisionalcompleter
    from IPython.core.interactiveshell import InteractiveShell

    text = pydoc.plain(pydoc.render_doc(ws.leads.list))
    text = re.sub(r"\(\n\s+", "(", re.sub(r",\n\s+", ", ", text))  # from Python 3.13 on, a line for each parameter
    assert "list(*, status: AnyOf[Literal" in text
    assert "List leads." in text
    shell = InteractiveShell()
    shell.user_ns["ws"] = ws
    shown = shell.object_inspect("ws.leads.update")
    assert "company_name: str | None = ..." in shown["definition"]
    assert "`tags` are replaced" in shown["docstring"]
    with provisionalcompleter():
        offered = {one.text for one in shell.Completer.completions("ws.leads.list(updated_a", 23)}
    assert "updated_after=" in offered


def test_a_message_calls_a_verb_by_its_own_name(ws):
    for accessor, verb in every_accessor(ws):
        if accessor != "ws.me" and "id" not in inspect.signature(verb).parameters:
            continue
        with pytest.raises((errors.InvalidParameterError, TypeError)) as caught:
            verb(nonsense=1)
        if isinstance(caught.value, errors.InvalidParameterError):
            assert str(caught.value).startswith(f"{accessor.removeprefix('ws.')} takes no 'nonsense'")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda ws: ws.campaigns.run("campaign_1"), r"^ws.campaigns has no 'run': did you mean 'runs'\?$"),
        (lambda ws: ws.prospector.runs.lst, r"^ws.prospector.runs has no 'lst': did you mean 'list'\?$"),
        (lambda ws: ws.jobs.zzz, "^ws.jobs has no 'zzz': choose one of: events, get, list, schema, wait$"),
        (lambda ws: ws.jobs._zzz, "no attribute '_zzz'"),
        (lambda ws: ws.lead.list(), r"^ws has no 'lead': did you mean 'leads'\?$"),
        (lambda ws: ws._zzz, "no attribute '_zzz'"),
        (lambda ws: ws.contacts.all(), r"^ws has no 'contacts': did you mean 'leads'\?$"),
        (lambda ws: ws.threads.list(), r"^ws has no 'threads': did you mean 'inbox.threads'\?$"),
        (lambda ws: ws.leads.import_csv("x"), r"^ws.leads has no 'import_csv': did you mean 'intake'\?$"),
        (lambda ws: ws.billing.members, "^ws.billing has no 'members': choose one of"),
    ],
)
def test_an_unknown_verb_is_an_attribute_error_with_the_nearest(ws, wrong, says):
    with pytest.raises(AttributeError, match=says):
        wrong(ws)
    assert not hasattr(ws.jobs, "run")
    assert not hasattr(copy.copy(ws.jobs), "run")


def test_a_domain_that_is_called_names_its_verbs(ws):
    with pytest.raises(TypeError, match=r"^ws.jobs is called by one of its verbs: events\(\), get\(\), list"):
        ws.jobs()


def test_a_domain_shows_its_verbs(ws):
    assert repr(ws.prospector.runs) == "<ProspectorRuns: cancel, get, list, schema>"
    assert repr(ws.jobs) == "<Jobs: events, get, list, schema, wait>"


@each_case(
    "wrong",
    [
        lambda ws: ws.leads.list(country=float("nan")),
        lambda ws: ws.leads.list(country=["DE", np.nan]),
        lambda ws: ws.leads.list(country=pd.NA),
        lambda ws: ws.leads.list(country=pd.NaT),
        lambda ws: ws.leads.list(country=[None]),
        lambda ws: ws.leads.list(email="  "),
        lambda ws: ws.leads.find(None),
        lambda ws: ws.leads.find("  "),
        lambda ws: ws.leads.list(custom="tier"),
        lambda ws: ws.leads.list(custom=["tier"]),
        lambda ws: ws.leads.list(columns=[1]),
        lambda ws: ws.leads.list(columns=["email", "email"], frame="polars"),
        lambda ws: ws.leads.get("\ud800"),
        lambda ws: ws.call(None),
        lambda ws: ws.call(5),
        lambda ws: ws.leads.create(pd.DataFrame({"email": ["a"]})),
        lambda ws: ws.leads.create(pd.Series({"email": "a"})),
        lambda ws: ws.leads.create("abc"),
        lambda ws: ws.leads.create([("email", "a")]),
        lambda ws: ws.leads.create({1: "a"}),
        lambda ws: ws.leads.create(email="a@b.example", idempotency_key=5),
        lambda ws: ws.leads.list(stauts="new"),
        lambda ws: ws.lead_fields.list(ordre="updated_at.asc"),
    ],
)
def test_odd_input_is_refused_before_anything_is_sent(shared_ws, wrong):
    shared_ws.leads.list(limit=1)  # the lead fields are known from here on
    before = sent(shared_ws)
    with pytest.raises(errors.UsageError) as caught:
        wrong(shared_ws)
    assert caught.value.repair
    assert sent(shared_ws) == before


def test_columns_may_be_an_index(shared_ws):
    assert list(shared_ws.leads.list(limit=1, columns=pd.Index(["email", "id"])).columns) == ["email", "id"]


def test_an_unknown_filter_suggests_the_nearest(shared_ws):
    with pytest.raises(errors.InvalidParameterError, match="did you mean 'status'"):
        shared_ws.leads.list(stauts="new")


def test_ids_may_be_passed_by_name(ws):
    lead_id = ws.leads.list(limit=1)["id"][0]
    assert ws.leads.update(id=lead_id, title="x").id == lead_id
