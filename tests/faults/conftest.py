"""A sandbox, a workspace behind the fault proxy, and an email address for each test."""

import pytest

from workspaces import Service, connected


@pytest.fixture(scope="session")
def service():
    """One sandbox for all tests; each creates leads with its own email address."""
    opened = Service(leads=1)  # nobody opted out: what is sent is compared with no one
    yield opened
    opened.close()


@pytest.fixture
def ws(service, proxy, journal):
    with connected(proxy.url, service.key, journal=journal) as workspace:
        yield workspace


@pytest.fixture
def email(request):
    """An email address that no other test uses."""
    import hashlib

    return f"{hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:16]}@faults.example"
