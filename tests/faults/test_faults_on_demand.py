"""Every fault of the sandbox against the client: the same rows and one lead as without it, or a clear error."""

import pytest

import pb2b_notebook as pb
from fault_proxy import Doing, FaultProxy
from pb2b_notebook import errors
from pb2b_notebook.api.http.sending.retrying import Policy
from pb2b_notebook.sandbox.faults.effects import HEADER
from pb2b_notebook.sandbox.faults.faults import KINDS
from workspaces import LIST, Service, connected, leads_with

# Faults that the client recovers from if they strike once, or that leave every row in place.
HEALED = [
    "429 retry_after=0",
    *(f"{status}{at}" for status in ("500", "502", "503 retry_after=0", "504") for at in (" at=before", " at=after")),
    *(f"latency seconds=0.02{at}" for at in (" at=before", " at=after")),
    *(f"reset{at}" for at in (" at=before", " at=after")),
    *(f"html status=502{at}" for at in (" at=before", " at=after")),
    "truncated",
]
MOVED = ["duplicate-rows", "duplicate-rows rows=7", "reordered-rows", "reordered-rows rows=3; duplicate-rows rows=3"]
# Faults that no retry can fix, and their error after one attempt.
TOLD = {
    "html": errors.NotJSONError,
    "html at=after": errors.NotJSONError,
    "stale-cursor": errors.CursorExpiredError,
}
# Faults that do not end, and the error with which the client gives up.
ENDLESS = {
    "429 retry_after=0": errors.RateLimitError,
    "429 retry_after=999999": errors.RateLimitError,
    **dict.fromkeys(["500", "502", "503 retry_after=0", "504", "html status=503"], errors.ServerError),
    **dict.fromkeys(["reset", "reset at=after", "truncated"], errors.ConnectionLostError),
}


def test_every_kind_is_tried():
    tried = {text.split()[0] for text in (*HEALED, *MOVED, *TOLD, *ENDLESS)}
    assert tried == set(KINDS)


@pytest.fixture(scope="module")
def faulty():
    """A sandbox with faults of its own; each test puts its own in force."""
    service = Service(leads=30)
    yield service
    service.close()


@pytest.fixture
def ws(faulty, journal):
    with connected(faulty.url, faulty.key, journal=journal) as workspace:
        workspace.lead_fields.list()
        workspace.leads.list(limit=1)  # custom fields are read once: no fault may strike that request
        yield workspace
    assert not faulty.sandbox.faults


def listing(ws):
    """Every lead and all that is known of it, in the order of the ids."""
    return ws.leads.list(include_deleted=True, page_size=7, frame="polars").sort("id")


@pytest.mark.parametrize("fault", [*HEALED, *MOVED])
def test_a_list_is_the_same_as_without_the_fault(ws, faulty, fault):
    whole = listing(ws)
    for skip in (0, 2):  # on the first page, and on a later one
        own = fault.split(";")
        bounds = f" skip={skip}" + ("" if fault in MOVED else " times=1")
        with faulty.sandbox.faults.during([f"{one} {bounds}" for one in own]):
            assert listing(ws).equals(whole)
            assert "struck 0" not in repr(faulty.sandbox.faults)


@pytest.mark.parametrize("fault", HEALED)
def test_a_lead_is_created_once(ws, faulty, email, fault):
    with faulty.sandbox.faults.during(f"{fault} leads.create times=1"):
        made = ws.leads.create(email=email)
        assert "struck 1" in repr(faulty.sandbox.faults)
    assert [lead["id"] for lead in leads_with(faulty.url, faulty.oracle, email)] == [made["id"]]
    assert [line["state"] for line in ws._session.journal.entries(ws._session.client.scope)] == ["succeeded"]


@pytest.mark.parametrize(("fault", "error"), TOLD.items(), ids=TOLD)
def test_an_error_that_a_retry_cannot_fix_is_raised_at_once(ws, faulty, fault, error):
    with faulty.sandbox.faults.during(f"{fault} leads.list"):
        with pytest.raises(error) as caught:
            listing(ws)
        assert "struck 1" in repr(faulty.sandbox.faults)
    assert caught.value.request_id.startswith("req_")
    assert caught.value.repair
    assert caught.value.attempts == 1


@pytest.mark.parametrize(("fault", "error"), ENDLESS.items(), ids=ENDLESS)
def test_a_fault_without_end_is_raised_and_leaves_one_lead_at_most(ws, faulty, email, fault, error):
    """The cell fails with an error; run again without the fault, it finds what it sent."""
    with faulty.sandbox.faults.during(f"{fault} leads.create"), pytest.raises(error) as caught:
        ws.leads.create(email=email)
    assert caught.value.repair
    assert caught.value.idempotency_key
    assert (caught.value.request_id or "").startswith("req_") == isinstance(caught.value, errors.APIError)
    assert caught.value.attempts == (1 if "999999" in fault else 5)
    made = ws.leads.create(email=email)
    assert [lead["id"] for lead in leads_with(faulty.url, faulty.oracle, email)] == [made["id"]]


def test_an_html_page_without_an_effect_is_an_unknown_outcome(ws, faulty, email):
    with faulty.sandbox.faults.during("html leads.create times=1"), pytest.raises(errors.NotJSONError) as caught:
        ws.leads.create(email=email)
    assert caught.value.request_id.startswith("req_")
    made = ws.leads.create(email=email)
    assert [lead["id"] for lead in leads_with(faulty.url, faulty.oracle, email)] == [made["id"]]


def test_an_html_page_hides_no_effect(ws, faulty, email):
    with faulty.sandbox.faults.during("html at=after leads.create times=1"):
        made = ws.leads.create(email=email)
    assert ws.leads.create(email=email)["id"] == made["id"]
    assert [lead["id"] for lead in leads_with(faulty.url, faulty.oracle, email)] == [made["id"]]


@pytest.mark.parametrize("at", ["before", "after"])
def test_an_answer_after_the_deadline_is_an_error(faulty, email, journal, at):
    with connected(faulty.url, faulty.key, journal=journal, policy=Policy(deadline=1.0)) as ws:
        with faulty.sandbox.faults.during(f"latency leads.create seconds=1.5 at={at}"):
            with pytest.raises(errors.DeadlineError) as caught:
                ws.leads.create(email=email)
            assert caught.value.effect_unknown
        made = ws.leads.create(email=email)
    assert [lead["id"] for lead in leads_with(faulty.url, faulty.oracle, email)] == [made["id"]]


# --- rows that move while data change --------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
def test_a_lead_that_changes_meanwhile_is_listed_once_in_its_newest_state(seed):
    """Its old state comes again on the page that has its new one, in any order."""
    service = Service(leads=0)
    try:
        with FaultProxy(service.url) as proxy, connected(proxy.url, service.key) as ws:
            made = [ws.leads.create(email=f"{number}@y.example", score=1)["id"] for number in range(10)]

            def change():
                with connected(service.url, service.key) as other:
                    other.leads.update(made[7], score=2)

            ws.leads.list(limit=1)
            service.sandbox.faults.add(f"reordered-rows skip=1 seed={seed}; duplicate-rows rows=7")
            proxy.once(LIST, Doing(change))
            found = ws.leads.list(page_size=8, frame="polars")
        assert sorted(found["id"]) == sorted(made)
        assert dict(zip(found["id"], found["score"], strict=True))[made[7]] == 2
    finally:
        service.close()


# --- doors -----------------------------------------------------------------------------------------------------------


def test_a_workspace_opens_before_its_faults_are_in_force():
    with pb.open_sandbox(leads=5, faults=[pb.Fault("500"), "reset leads.list"]) as ws:
        assert repr(ws.sandbox.faults) == "Faults: 500 (struck 0 of 0); reset leads.list (struck 0 of 0)"
        ws.sandbox.faults.clear()
        assert len(ws.leads.list(include_deleted=True)) == 5


@pytest.mark.parametrize("faults", ["no", "503 leads.lst", [pb.Fault("500"), "html status=204"]])
def test_no_sandbox_opens_with_invalid_faults(faults):
    with pytest.raises(errors.UsageError) as caught:
        pb.open_sandbox(leads=5, faults=faults)
    assert caught.value.repair


def test_the_client_never_sends_the_header(ws, proxy, service):
    """It is for those who speak HTTP themselves; a workspace has ``ws.sandbox.faults``, which no live one has."""
    with pytest.raises(errors.InvalidParameterError):
        ws.call("leads.list", **{HEADER: "503"})
    kept = []
    proxy.once("GET", lambda exchange: (kept.append(exchange.request), exchange.give(exchange.ask()), False)[-1])
    with connected(proxy.url, service.key) as other:
        assert other.sandbox is None
    assert HEADER.lower().encode() not in kept[0].lower()
