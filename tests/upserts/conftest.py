"""A workspace behind a proxy that breaks things, with the tools of ``tests/faults``."""

import pytest

from pb2b_notebook.upserts import running
from workspaces import Service, connected


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    """No test needs to sit out the rests between failures."""
    monkeypatch.setattr(running.RunLimits.__init__, "__defaults__", (4, 10, 0.0, 0.0))


@pytest.fixture
def service():
    opened = Service(leads=60)
    yield opened
    opened.close()


@pytest.fixture
def ws(service, proxy, journal):
    with connected(proxy.url, service.key, journal=journal) as workspace:
        workspace._session.pause = service.sandbox.clock.advance  # nobody waits for a clock that stands
        yield workspace


@pytest.fixture
def oracle(service):
    """Another client of the same workspace, which writes and looks past proxy and journal."""
    with connected(service.url, service.oracle) as workspace:
        yield workspace
