"""A canary key and a canary signing secret appear nowhere but where they belong."""

import asyncio
import copy
import io
import logging
import pickle
import signal
import subprocess
import sys
import traceback

import nbformat
import pytest

import pb2b_notebook as pb
from child_processes import SUPPORT
from fault_cell import verbose_traceback
from fault_proxy import CutReply, Drip, Hold, Substitute, reply
from killing import command, environment, parsed
from pb2b_notebook import errors
from pb2b_notebook.api.http.sending.retrying import Policy
from pb2b_notebook.credentials import Secret
from pb2b_notebook.journal import Journal
from pb2b_notebook.request_log import RequestLog
from workspaces import BASE, CREATE, LIST, betrayed, connected, files_below

SIGNING = "whsec_canary4f9a8b7c6d5e"
WITH_SECRET = reply(
    201, b'{"data":{"id":"wh_1","object":"webhook","signing_secret":"' + SIGNING.encode() + b'"},"request_id":"r"}'
)
BROKEN_WITH_SECRET = reply(201, b'{"data":{"id":"wh_1","signing_secret":"' + SIGNING.encode() + b'","a":1,"a":2}}')


@pytest.fixture
def canary(service):
    """The secret part of the key; its prefix may be shown."""
    return service.key.rsplit("_", 1)[1]


def test_the_search_itself_finds_every_shape(canary):
    import base64
    from urllib.parse import quote

    for before in ("", "x", "xy"):
        assert betrayed(canary, base64.b64encode(f"{before}{canary}yz".encode()))
    assert betrayed("a/b=c+canary", quote("a/b=c+canary", safe=""))
    assert betrayed(canary, canary.encode().hex())
    assert not betrayed(canary, canary[:-1])


# --- tracebacks ------------------------------------------------------------------------------------------------------


def raised(action):
    """The Verbose traceback of what the action raises, and the plain one, and every exception that leads to it."""
    try:
        action()
    except BaseException as problem:  # noqa: BLE001 - Ctrl-C is one of the kinds
        texts = [verbose_traceback(), "".join(traceback.format_exception(problem, chain=True)), repr(problem)]
        return type(problem), "\n".join([*texts, *hidden_frames(problem)])
    raise AssertionError("nothing was raised")


def hidden_frames(problem):
    """The variables of all frames that can be reached from an exception, shown or not."""
    todo, seen = [problem], set()
    while todo:
        one = todo.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        todo += [one.__cause__, one.__context__]
        for frame, _ in traceback.walk_tb(one.__traceback__):
            if "pb2b_notebook" in frame.f_code.co_filename:
                yield from (f"{name}={value!r}" for name, value in frame.f_locals.items())


def interrupting(_):
    raise KeyboardInterrupt


class Held:
    """Gives a key without showing it: the test's own frames are in the traceback too."""

    def __init__(self, key):
        self._key = lambda: key

    def __call__(self):
        return self._key()


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (CutReply(), errors.ConnectionLostError),
        (CutReply(20, rst=True), errors.ConnectionLostError),
        (Drip(0.2), errors.DeadlineError),
        (Substitute(reply(401, b'{"error":{"code":"key_revoked","message":"no"}}')), errors.AuthenticationError),
        (Substitute(reply(500)), errors.ServerError),
        (Substitute(reply(302, location="https://elsewhere.example")), errors.ProtocolError),
        (Substitute(reply(200, b"<html>")), errors.NotJSONError),
        (Substitute(reply(200, b"{}", content_encoding="gzip, gzip")), errors.ProtocolError),
        (Substitute(b"SSH-2.0-x\r\n\r\n"), errors.ConnectionLostError),
    ],
    ids=["cut", "reset", "drip", "401", "500", "redirect", "HTML", "double gzip", "no HTTP"],
)
def test_no_traceback_shows_the_key(service, proxy, canary, fault, kind):
    with connected(proxy.url, service.key, policy=Policy(attempts=2, deadline=0.5)) as ws:
        proxy.always(LIST, fault)
        found, text = raised(ws.leads.list)
        assert found is kind
        assert not betrayed(canary, text)


@pytest.mark.parametrize("kind", [KeyboardInterrupt, MemoryError, RuntimeError, SystemExit, asyncio.CancelledError])
def test_no_network_error_shows_the_key(service, canary, kind, monkeypatch):
    """At the deepest point, where the headers are written: the frames there hold them."""
    import httpcore

    with connected(service.url, service.key) as ws:

        def broken(_self, buffer, *_):
            raise kind(f"while writing {len(buffer)} bytes")

        monkeypatch.setattr(httpcore._backends.sync.SyncStream, "write", broken)
        found, text = raised(ws.me)
        assert found is kind
        assert not betrayed(canary, text)
        monkeypatch.undo()
        assert ws.me()["id"]


# A traceback quotes the lines around a call: the canary must not stand in them.
TYPED = "canary4f9a"
MALFORMED = {
    "spaces": "pb2b_live_canary 4f9a8b7c6d5e",
    "newline inside": "pb2b_live_abcd_canary4f9a\n8b7c6d5e",
    "non-ASCII": "pb2b_live_abcd_canary4f9a8b7c6dé",
    "bytes": b"pb2b_live_abcd_canary4f9a8b7c6d5e",
    "too short": "canary4f9a8b7c6d5e",
    "a list": ["pb2b_live_abcd_canary4f9a8b7c6d5e"],
    "a Secret made by hand": Secret("pb2b_live_abcd_canary4f9a\r\n8b7c6d5é"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_key_is_refused_before_any_request_and_never_shown(service, proxy, name, monkeypatch):
    key, url = Held(MALFORMED[name]), proxy.url + BASE
    kind, text = raised(lambda: pb.connect(key(), base_url=url))
    assert kind is errors.InvalidKeyError
    assert not betrayed(TYPED, text)
    if isinstance(MALFORMED[name], str):
        monkeypatch.setenv("PB2B_API_KEY", MALFORMED[name])
        kind, text = raised(lambda: pb.connect(base_url=url))
        assert kind is errors.InvalidKeyError
        assert not betrayed(TYPED, text)
    assert proxy.seen == []


def test_a_key_in_a_broken_configuration_is_not_quoted(monkeypatch, tmp_path):
    path = tmp_path / "broken.toml"
    path.write_text('[profiles.default]\napi_key = "pb2b_live_abcd_canary4f9a8b7c6d5e\n')
    monkeypatch.setenv("PB2B_CONFIG", str(path))
    kind, text = raised(pb.connect)
    assert kind is errors.ConfigurationError
    assert not betrayed(TYPED, text)


def test_ctrl_c_while_a_key_is_looked_up_shows_no_key(monkeypatch, service):
    from pb2b_notebook import credentials

    monkeypatch.setattr(credentials, "base_url", interrupting)
    key, url = Held(service.key), service.url
    kind, text = raised(lambda: pb.connect(key(), base_url=url))
    assert kind is KeyboardInterrupt
    assert not betrayed(service.key.rsplit("_", 1)[1], text)


# --- signing secrets -------------------------------------------------------------------------------------------------


def test_a_signing_secret_is_returned_once_in_a_box_and_stored_nowhere(service, proxy, journal, tmp_path):
    log = RequestLog(tmp_path / "cache" / "requests.sqlite3")
    with connected(proxy.url, service.key, journal=journal, log=log) as ws:
        proxy.once(CREATE, Substitute(WITH_SECRET))
        made = ws.leads.create(email="hook@faults.example")
        assert made["signing_secret"].reveal() == SIGNING
        again = ws.leads.create(email="hook@faults.example")
        assert again["signing_secret"] is None
        shown = [repr(made), made._repr_html_(), str(made), repr(dict(made)), repr(ws), ws._repr_html_()]
        shown += [frame.to_string() for frame in (ws.journal(), ws.requests())]
    assert not betrayed(SIGNING, *shown, *files_below(tmp_path))
    with pytest.raises(TypeError):
        pickle.dumps(made["signing_secret"])


def test_no_traceback_shows_a_signing_secret(ws, proxy):
    proxy.always(CREATE, Substitute(BROKEN_WITH_SECRET))
    kind, text = raised(lambda: ws.leads.create(email="broken@faults.example"))
    assert kind is errors.NotJSONError
    assert not betrayed(SIGNING, text)


def test_a_full_disk_after_the_answer_shows_no_signing_secret(ws, proxy, monkeypatch):
    def full(*_, **__):
        raise errors.JournalError("full")

    monkeypatch.setattr(Journal, "finish", full)
    proxy.once(CREATE, Substitute(WITH_SECRET))
    assert ws.leads.create(email="full@faults.example")["signing_secret"].reveal() == SIGNING


# --- logs, pickles, files --------------------------------------------------------------------------------------------


def test_no_log_at_any_level_shows_a_secret(service, proxy, canary):
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with connected(proxy.url, service.key, policy=Policy(attempts=2)) as ws:
            proxy.once(CREATE, Substitute(WITH_SECRET))
            ws.leads.create(email="logged@faults.example")
            proxy.once(LIST, CutReply(30), CutReply(rst=True))
            with pytest.raises(errors.ConnectionLostError):
                ws.leads.list()
    finally:
        root.setLevel(before)
        root.removeHandler(handler)
    text = written.getvalue()
    assert "send_request_headers" in text  # httpcore's own DEBUG lines are among them
    assert not betrayed(canary, text)
    assert not betrayed(SIGNING, text)


def test_pickled_or_copied_objects_contain_no_key(ws, canary):
    lead = ws.leads.list(limit=1)
    kept = [pickle.dumps(lead), pickle.dumps(lead.attrs), pickle.dumps(pb.provenance(lead))]
    assert not betrayed(canary, *kept)
    for holder in (ws, ws._session, ws._session.client, ws.leads):
        for copied in (pickle.dumps, copy.deepcopy):
            with pytest.raises((TypeError, errors.UsageError)):
                copied(holder)


def test_no_variable_of_the_package_shows_the_key(ws, canary):
    """What a debugger or vars() would print of every object behind a workspace."""
    client = ws._session.client
    shown = [repr(vars(x)) for x in (ws, client, client._channel, client._channel._transport, client._pacer, ws.leads)]
    assert not betrayed(canary, *shown)


# --- Ctrl-C ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("point", ["request", "drip", "backoff"])
def test_ctrl_c_leaves_no_half_state_and_no_key_in_the_traceback(service, proxy, canary, email, tmp_path, point):
    """A real SIGINT to a real process; then the same cell again in the same session."""
    from workspaces import leads_with

    hold = Hold(point)
    fault = {"drip": Drip(0.5), "backoff": Substitute(reply(503, b"{}", retry_after="1"))}.get(point, hold)
    proxy.once(CREATE, fault)
    child = subprocess.Popen(
        command(proxy, email, "--interrupted"),
        env=environment(service.key, tmp_path),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout.readline() == "ready\n"
    wait_until_sent(proxy)
    child.send_signal(signal.SIGINT)
    shown = parsed(child.stdout.readline())["traceback"]
    hold.release.set()
    proxy.heal()
    rest, _ = child.communicate("again\n", timeout=60)
    assert "KeyboardInterrupt" in shown
    assert not betrayed(canary, shown)
    assert child.returncode == 0
    assert [lead["id"] for lead in leads_with(service.url, service.oracle, email)] == [parsed(rest)["id"]]
    assert not betrayed(canary, *files_below(tmp_path))


def wait_until_sent(proxy):
    for _ in range(3000):
        if proxy.count(CREATE):
            return
        proxy.closing.wait(0.01)


def test_ctrl_c_does_not_wait_for_a_stalled_prefetch(service, proxy, tmp_path):
    """The reader is interrupted, the process ends; the page that is under way in a thread may not hold it."""
    script = (
        "import os, sys\n"
        "from workspaces import connected\n"
        "ws = connected(sys.argv[1], os.environ['PB2B_API_KEY'])\n"
        "pages = ws.leads.pages(page_size=10, frame='polars')\n"
        "next(pages)\n"
        "print('read', flush=True)\n"
        "sys.stdin.readline()\n"
    )
    first, held = Substitute(page_with_more()), Hold("request")
    proxy.once(LIST, first, held)
    child = subprocess.Popen(
        [sys.executable, "-c", script, proxy.url],
        env=environment(service.key, tmp_path) | {"PYTHONPATH": SUPPORT},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout.readline() == "read\n"
    assert held.reached.wait(30)
    child.communicate("end\n", timeout=20)  # the stall lasts longer than this
    assert child.returncode == 0
    held.release.set()


def page_with_more():
    return reply(200, b'{"data":[{"id":"lead_1"}],"pagination":{"next_cursor":"A","has_more":true},"request_id":"r"}')


# --- a whole notebook ------------------------------------------------------------------------------------------------


def test_an_executed_notebook_contains_no_secret(service, proxy, canary, monkeypatch, tmp_path):
    """Verbose tracebacks, DEBUG logs, cards, frames, records: all that the saved file can hold."""
    from nbclient import NotebookClient

    monkeypatch.setenv("PB2B_API_KEY", service.key)
    monkeypatch.setenv("PB2B_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    proxy.once(CREATE, Substitute(WITH_SECRET))
    proxy.once(LIST, CutReply(), CutReply(), CutReply(), CutReply(), CutReply())
    cells = [
        "%xmode Verbose", "import logging; logging.basicConfig(level=logging.DEBUG)",
        f"import pb2b_notebook as pb; ws = pb.connect(base_url='{proxy.url}{BASE}'); ws",
        "made = ws.leads.create(email='hook@notebook.example'); made",
        "ws.leads.create(email='hook@notebook.example')", "ws.leads.list()", "ws.leads.get('lead_none')",
        "ws.call('leads.lst')", "vars(ws), vars(ws._session.client), made['signing_secret']", "ws.journal()",
        "ws.requests()", "pb.connect('pb2b_test_nobody_0123')", "%whos",
    ]  # fmt: skip
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=120, allow_errors=True, kernel_name="python3").execute()
    saved = tmp_path / "executed.ipynb"
    nbformat.write(notebook, saved)
    kinds = [output.get("ename") for cell in notebook.cells for output in cell.outputs if output.output_type == "error"]
    assert kinds == ["ConnectionLostError", "NotFoundError", "UnknownOperationError", "InvalidKeyError"]
    files = files_below(tmp_path)
    assert any(b"send_request_headers" in file for file in files)
    for secret in (canary, SIGNING):
        assert not betrayed(secret, *files)
