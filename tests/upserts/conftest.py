"""A workspace behind a proxy that injects faults."""

import pytest

from fault_proxy import Substitute, reply
from pb2b_notebook.upserts.running.run_options import RunLimits
from upsert_frames import BULK, LOST, people
from workspaces import Service, connected


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    """Retry at once after a failure."""
    monkeypatch.setattr(RunLimits.__init__, "__defaults__", (4, 10, 0.0, 0.0))


@pytest.fixture
def service(request):
    """A workspace with one lead, who has not opted out: plans compare their rows with no one.

    A test that needs more of the demo data says how much, as an indirect parameter.
    """
    opened = Service(leads=getattr(request, "param", 1))
    yield opened
    opened.close()


@pytest.fixture
def ws(service, proxy, journal):
    with connected(proxy.url, service.key, journal=journal) as workspace:
        workspace._session.pause = service.sandbox.clock.advance  # pauses advance the fixed clock
        yield workspace


@pytest.fixture
def oracle(service):
    """A second client of the workspace, connected without the proxy and the journal."""
    with connected(service.url, service.oracle) as workspace:
        yield workspace


@pytest.fixture
def stopped_job(ws, proxy):
    """The outcome of a job whose first chunk took effect, but was not answered, and whose other rows were not sent."""
    proxy.always(BULK, Substitute(reply(401)))
    proxy.once(BULK, Substitute(LOST, effect=True))
    done = ws.leads.plan(people(250, title="CEO")).apply(concurrency=1)
    proxy.heal()
    assert done.summary["pending"] == 250
    return done


@pytest.fixture
def plan_with_conflict(ws, oracle):
    """Make a plan of two leads, one of which another user changes before the plan is applied."""

    def make(**options):
        made = ws.leads.plan(people(2, title="CEO")).apply()
        plan = ws.leads.plan(people(2, title="CTO"), **options)
        oracle.leads.update(made.rows["lead_id"][0], title="Countess", city="London")
        return plan

    return make
