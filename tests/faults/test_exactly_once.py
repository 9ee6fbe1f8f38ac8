"""Whatever breaks and whichever process is killed: one lead, and one line in the journal."""

import subprocess
import threading

import pytest

from fault_cell import POINTS
from fault_proxy import CutReply, CutRequest, FaultProxy, Hold, Substitute, reply
from killing import (
    CLIENT_POINTS,
    SERVER_POINTS,
    Behind,
    chance,
    command,
    cut,
    environment,
    kill_the_client,
    kill_the_server,
    random_cut,
)
from many_threads import together
from pb2b_notebook import errors
from pb2b_notebook.journal import Journal
from workspaces import CREATE, SandboxProcess, connected, leads_with


@pytest.fixture
def behind(service):
    return Behind(service.url, service.key, service.oracle)


@pytest.mark.parametrize("rst", [False, True], ids=["FIN", "RST"])
@pytest.mark.parametrize("after", [0, 1, 40, 10**6], ids=["all withheld", "1 byte", "head cut", "all but the FIN"])
def test_a_reply_that_is_cut_after_the_commit_costs_no_second_lead(behind, email, tmp_path, after, rst):
    assert cut(behind, CutReply(after, rst=rst), email, tmp_path).passed


@pytest.mark.parametrize("rst", [False, True], ids=["FIN", "RST"])
@pytest.mark.parametrize("after", [0, 30, 10**6], ids=["nothing", "head cut", "body cut"])
def test_a_request_that_was_cut_is_sent_again(behind, email, tmp_path, after, rst):
    assert cut(behind, CutRequest(after, rst=rst), email, tmp_path).passed


@pytest.mark.parametrize("seed", range(8))
def test_random_cuts_create_each_lead_once(behind, email, tmp_path, seed):
    outcome = cut(behind, random_cut(chance(seed)), email, tmp_path)
    assert outcome.passed
    assert outcome.killed


@pytest.mark.parametrize(
    "page",
    [
        reply(200, b"<html>log in</html>", content_type="text/html"),
        reply(200, b'{"data":{"id":"lead_x"'),
        reply(200, b'{"data":NaN}'),
        reply(502, b"<html>bad gateway</html>"),
    ],
    ids=["login page", "cut JSON", "NaN", "gateway"],
)
def test_an_answer_of_another_server_hides_no_effect(ws, proxy, service, journal, email, page):
    """The service has created the lead, and something on the way answers for it; a 200 is looked up at once."""
    proxy.once(CREATE, *[Substitute(page, effect=number == 0) for number in range(5)])
    proxy.once(CREATE, CutReply())
    if b" 502 " in page:
        with pytest.raises(errors.ProspectB2BError):
            ws.leads.create(email=email)
    else:
        assert ws.leads.create(email=email).email == email
    proxy.heal()
    ws.leads.create(email=email)
    assert len(leads_with(service.url, service.oracle, email)) == 1
    assert [e["state"] for e in journal.entries(ws._session.client.scope)] == ["succeeded"]


@pytest.mark.parametrize("late", [reply(401), reply(403), reply(429, retry_after="3600")], ids=["401", "403", "429"])
def test_a_refusal_after_a_lost_answer_costs_no_second_lead(ws, proxy, service, email, late):
    proxy.once(CREATE, CutReply(), Substitute(late))
    with pytest.raises(errors.APIError):
        ws.leads.create(email=email)
    ws.leads.create(email=email)
    assert len(leads_with(service.url, service.oracle, email)) == 1


def test_pooled_connections_survive_cuts(ws, proxy):
    """More cuts than the pool has places (16): none may be lost for good."""
    for _ in range(20):
        proxy.once("GET", CutReply(5))
        ws.leads.list(limit=1)


def test_a_lead_of_an_open_circuit_is_found_after_a_restart_of_the_session(service, proxy, journal, email):
    """The cell failed for good; the next session runs it again."""
    proxy.always(CREATE, CutReply())
    with connected(proxy.url, service.key, journal=journal) as ws, pytest.raises(errors.ConnectionLostError):
        ws.leads.create(email=email)
    proxy.heal()
    with connected(proxy.url, service.key, journal=Journal(journal.path)) as ws:
        ws.leads.create(email=email)
        before = proxy.count(CREATE)
        ws.leads.create(email=email)
        assert proxy.count(CREATE) == before
    assert len(leads_with(service.url, service.oracle, email)) == 1


# --- kills -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("point", sorted({*CLIENT_POINTS} - {"before the intent", "after the outcome"}))
def test_killing_the_client_creates_no_second_lead(behind, email, tmp_path, point):
    outcome = kill_the_client(behind, point, email, tmp_path, chance(1))
    assert outcome.passed
    assert outcome.killed or point not in POINTS


@pytest.fixture(scope="module")
def sandbox_process(tmp_path_factory):
    process = SandboxProcess(tmp_path_factory.mktemp("sandbox") / "sandbox.sqlite3", leads=1)
    process.start()
    yield process
    process.kill()


@pytest.mark.parametrize("point", SERVER_POINTS)
def test_killing_the_server_creates_no_second_lead(sandbox_process, email, tmp_path, point):
    outcome = kill_the_server(sandbox_process, point, email, tmp_path, chance(1))
    assert outcome.passed
    assert outcome.killed


def test_a_sandbox_is_identified_by_its_data_and_not_by_its_port(sandbox_process, email, journal):
    """It comes back on another port after a restart, and the journal still knows what it was sent."""
    with connected(sandbox_process.url, sandbox_process.key, journal=journal) as ws:
        first = ws.leads.create(email=email)["id"]
    before = sandbox_process.url
    sandbox_process.kill()
    sandbox_process.start()
    assert sandbox_process.url != before
    with FaultProxy(sandbox_process.url) as between, connected(between.url, sandbox_process.key, journal=journal) as ws:
        assert ws.leads.create(email=email)["id"] == first
        assert between.count(CREATE) == 0


# --- several at once -------------------------------------------------------------------------------------------------


def test_twenty_threads_with_one_key_have_one_effect(ws, service, email):
    made = together(*[lambda: ws.leads.create(email=email, idempotency_key=f"by-hand-{email}")["id"]] * 20)
    assert len(made) == 20
    assert [lead["id"] for lead in leads_with(service.url, service.oracle, email)] == list(set(made))


def test_two_kernels_that_share_a_journal_create_one_lead(behind, email, tmp_path):
    """The reply of the first is held until the second has sent the same: both are under way at once."""
    with FaultProxy(behind.url) as proxy:
        first = Hold("reply")
        proxy.once(CREATE, first)
        kernels = [
            subprocess.Popen(
                command(proxy, email), env=environment(behind.key, tmp_path), stdout=subprocess.PIPE, text=True
            )
            for _ in range(2)
        ]
        assert first.reached.wait(30)
        threading.Thread(target=lambda: (kernels_wait(proxy), first.release.set()), daemon=True).start()
        ids = {kernel.communicate(timeout=60)[0] for kernel in kernels}
        keys = {seen.key for seen in proxy.seen if seen.method == "POST"}
    assert (len(ids), len(keys)) == (1, 1)
    assert len(leads_with(behind.url, behind.oracle, email)) == 1


def kernels_wait(proxy):
    """Until the second kernel has sent its own."""
    for _ in range(1000):
        if proxy.count(CREATE) >= 2:
            return
        proxy.closing.wait(0.01)
