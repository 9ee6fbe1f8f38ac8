"""One suite of scenarios, however the service is reached: in process, over a socket, and live.

Scenarios marked ``read_only`` have a leg against the live service as well. Without ``PB2B_LIVE_API_KEY`` that leg is
deselected, which pytest counts and the summary says; the other two have no condition (``test_legs.py`` proves it).
"""

import pytest

from conformance_services import LEGS, LIVE, LIVE_KEY, LOCAL

DESELECTED = pytest.StashKey()


def pytest_configure(config):
    config.addinivalue_line("markers", "read_only: scenarios that only read, and may ask the live service")


def pytest_generate_tests(metafunc):
    if "service" in metafunc.fixturenames:
        legs = LEGS if metafunc.definition.get_closest_marker("read_only") else LOCAL
        metafunc.parametrize("service", list(legs), indirect=True, scope="session")


def pytest_collection_modifyitems(config, items):
    # Of every test in the session: other parameters may be anything, and only this one names a leg.
    live = [item for item in items if getattr(getattr(item, "callspec", None), "params", {}).get("service") == LIVE]
    if live and not LIVE_KEY:
        config.hook.pytest_deselected(items=live)
        items[:] = [item for item in items if item not in live]
        config.stash[DESELECTED] = len(live)


def pytest_terminal_summary(terminalreporter, config):
    number = config.stash.get(DESELECTED, 0)
    if number:
        terminalreporter.write_line(
            f"conformance: {number} scenarios against the live service deselected: PB2B_LIVE_API_KEY is not set"
        )


@pytest.fixture(scope="session")
def service(request):
    """The service of this leg, shared by its scenarios: each looks only at what it made itself."""
    with LEGS[request.param]() as service:
        yield service


@pytest.fixture
def another(service, request):
    """Make another service that is reached the same way, such as one with a low limit; a context manager."""
    return LEGS[request.node.callspec.params["service"]]


@pytest.fixture
def api(service):
    """Plain HTTP to it."""
    return service.api


@pytest.fixture
def workspace(service):
    """It through the package."""
    with service.workspace() as workspace:
        yield workspace
