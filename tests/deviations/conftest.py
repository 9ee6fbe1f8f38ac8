"""One deviating service for each module; each test switches its deviations, with a cache of its own."""

import pytest

from deviating_service import DeviatingService
from feature_table import connect, listening


@pytest.fixture(scope="module")
def service(request):
    """A service with 60 leads, or as many as an indirect parameter says. The only lead of one has not opted out."""
    with DeviatingService(leads=getattr(request, "param", 60)) as service:
        yield service


@pytest.fixture
def said():
    """Texts of the notices of a test."""
    with listening() as words:
        yield words


@pytest.fixture
def against(service, said):
    """Connect to the service with these deviations."""
    opened = []

    def connected(*names, own=True):
        service.switch(*names)
        ws = connect(service, own=own)
        ws._session.progress = False
        ws._session.pause = service.sandbox.clock.advance
        opened.append(ws)
        return ws

    yield connected
    for ws in opened:
        ws.close()
