"""A sandbox, a proxy that breaks things before it, and a door into both."""

import pytest

from fault_proxy import FaultProxy
from pb2b_notebook.journal import Journal
from workspaces import Service, connected


@pytest.fixture(scope="session")
def service():
    """One sandbox for all tests; each makes leads with an e-mail address of its own."""
    opened = Service()
    yield opened
    opened.close()


@pytest.fixture
def proxy(service):
    with FaultProxy(service.url) as between:
        yield between


@pytest.fixture
def journal(tmp_path):
    """A journal in a file: what a cell leaves, the next session finds."""
    return Journal(tmp_path / "cache" / "journal.sqlite3")


@pytest.fixture
def ws(service, proxy, journal):
    with connected(proxy.url, service.key, journal=journal) as workspace:
        yield workspace


@pytest.fixture
def email(request):
    """An address that no other test uses."""
    import hashlib

    return f"{hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:16]}@faults.example"
