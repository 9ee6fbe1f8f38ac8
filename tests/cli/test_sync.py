"""``pb2b sync`` syncs tables of the mirror."""

import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import psutil
import pytest

import pb2b_notebook as pb
from pb2b_notebook.cli import main
from pb2b_notebook.mirror.sync.profiles import sync_profiles
from service_rows import KEY, Source


@pytest.fixture
def workspace(ws, monkeypatch):
    monkeypatch.setenv("PB2B_BASE_URL", ws._session.client.base_url)
    monkeypatch.setenv("PB2B_API_KEY", ws.sandbox.create_key())
    return ws


def test_sync_syncs_the_named_tables_and_prints_their_folder(workspace, capsys):
    assert main(["sync", "leads", "settings"]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"^ *leads +first +30 +30 +0 +0 ", printed, re.MULTILINE)
    root = re.search(r"^in (.*)$", printed, re.MULTILINE)[1]
    assert len(pb.open_mirror(root).frame("leads")) == 30
    assert main(["sync", "leads"]) == 0
    assert re.search(r"^ *leads +changes ", capsys.readouterr().out, re.MULTILINE)


def test_an_unknown_table_exits_with_1_and_a_suggestion(workspace, capsys):
    assert main(["sync", "laeds"]) == 1
    assert "did you mean 'leads'?" in capsys.readouterr().err


def test_an_empty_answer_removes_nothing_even_with_remove_vanished(workspace, capsys):
    assert main(["sync", "webhooks"]) == 0
    for webhook in workspace.webhooks.list()["id"]:
        workspace.webhooks.delete(webhook)
    assert main(["sync", "webhooks", "--full", "--remove-vanished"]) == 0
    assert "no rows were removed" in capsys.readouterr().out


@pytest.fixture
def configure(monkeypatch, tmp_path):
    """A function that writes profiles, given by name as key and URL, into the configuration file."""

    def write(**profiles):
        config = tmp_path / "config.toml"
        lines = [
            f'[profiles.{name}]\nbase_url = "{url}"\n' + (f'api_key = "{key}"\n' if key else "")
            for name, (key, url) in profiles.items()
        ]
        config.write_text("".join(lines))
        config.chmod(0o600)
        for name in ("PB2B_API_KEY", "PB2B_BASE_URL"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("PB2B_CONFIG", str(config))
        monkeypatch.setenv("PB2B_CACHE_DIR", str(tmp_path / "cache"))

    return write


def test_all_profiles_are_synced_and_those_that_fail_are_named(configure, capsys):
    with pb.open_sandbox(leads=30, in_process=False) as ws:
        key, revoked = ws.sandbox.create_key(), ws.sandbox.create_key()
        ws.sandbox.revoke_key(revoked.split("_")[2])
        configure(acme=(key, ws.base_url), former=(revoked, ws.base_url), keyless=(None, ws.base_url))
        assert main(["sync", "leads", "--all-profiles", "--json"]) == 1
    printed = capsys.readouterr()
    done = {one["profile"]: one for one in json.loads(printed.out)}
    assert list(done) == ["acme", "former", "keyless"]
    assert [row["inserted"] for row in done["acme"]["resources"]] == [30]
    assert "revoked" in done["former"]["problem"]
    assert "profile 'keyless' has no key" in done["keyless"]["problem"]
    assert "pb2b: 2 of 3 profiles were not synced: former, keyless" in printed.err
    assert not any(key in printed.out + printed.err for key in (key, revoked))
    assert len(pb.open_mirrors().frame("leads")) == 30


def test_two_profiles_of_one_workspace_are_synced_once_by_one_that_can(configure, capsys):
    with pb.open_sandbox(leads=30, in_process=False) as ws:
        narrow, *keys = (ws.sandbox.create_key(scopes=scopes) for scopes in (["me.read"], None, None))
        configure(**{f"acme_{n}": (key, ws.base_url) for n, key in enumerate([narrow, *keys])})
        assert main(["sync", "leads", "--all-profiles", "--json", "--workers", "1"]) == 1
        refused, synced, *others = json.loads(capsys.readouterr().out)
        assert "leads.read" in refused["problem"]
        assert [row["inserted"] for row in synced["resources"]] == [30]
        assert [(one["same_as"], one["resources"], one["problem"]) for one in others] == [("acme_1", [], None)]
        main(["sync", "leads", "--all-profiles"])  # all at once, any of the three first
        printed = capsys.readouterr().out
        assert printed.count(" inserted, ") == 1
        assert printed.count(", synced once") >= 1


def test_a_key_that_may_read_less_does_not_sync_for_one_that_may_read_all(configure, capsys):
    with pb.open_sandbox(leads=30, in_process=False) as ws:
        narrow, wide = ws.sandbox.create_key(scopes=["me.read", "campaigns.read"]), ws.sandbox.create_key()
        configure(narrow=(narrow, ws.base_url), wide=(wide, ws.base_url))
        main(["sync", "--all-profiles", "--json", "--workers", "1"])
    _, synced = json.loads(capsys.readouterr().out)
    assert {row["resource"]: row["inserted"] for row in synced["resources"]}["leads"] == 30


def test_a_profile_whose_process_cannot_be_started_stops_no_other(configure):
    too_long, with_a_null_character = "x" * 2_000_000, "x\0"
    with pb.open_sandbox(leads=30, in_process=False) as ws:
        configure(acme=(ws.sandbox.create_key(), ws.base_url))
        *others, synced = sync_profiles([too_long, with_a_null_character, "acme"], ["leads"])
    assert [each.problem.startswith("its process cannot be started (") for each in others] == [True, True]
    assert [row["inserted"] for row in synced.resources] == [30]


def test_what_a_first_sync_of_a_profile_needs_is_printed_before_it_ends(configure, capsys):
    source = Source(counts=True, refuse_from=4)
    source.between = lambda page: time.sleep(1.1) if page == 2 else None  # rows of one second are committed together
    for number in range(1_000):
        source.put(f"lead_{number:03d}")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            answer = source.answer(httpx.Request("GET", f"http://host{self.path}"))
            self.send_response(answer.status_code)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        configure(acme=(KEY, f"http://127.0.0.1:{server.server_port}/api"))
        assert main(["sync", "leads", "--all-profiles"]) == 1
        server.shutdown()
    printed = capsys.readouterr()
    [notice] = [line for line in printed.err.splitlines() if line.startswith("acme: ")]
    assert re.match(r"acme: leads: 99\d rows are left to read: about \d+ requests, \d+ minutes and ", notice)
    assert "the key is revoked" in printed.out
    assert "rows/s" not in printed.err  # bars of several processes would write over each other


@pytest.mark.parametrize(("sent", "status", "printed"), [("SIGINT", 130, "0 of 2 profiles"), ("SIGKILL", -9, "")])
def test_ctrl_c_or_a_kill_stops_the_sync_of_every_profile(configure, sent, status, printed):
    with socket.create_server(("127.0.0.1", 0)) as silent:  # it accepts connections and never answers
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/api"
        configure(acme=(KEY, url), globex=(KEY, url))
        command = [sys.executable, "-m", "pb2b_notebook", "sync", "--all-profiles"]
        with (
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as parent,
            silent.accept()[0],
            silent.accept()[0],
        ):
            children = psutil.Process(parent.pid).children()
            parent.send_signal(signal.Signals[sent])
            assert parent.wait(60) == status
            gone, running = psutil.wait_procs(children, 0 if sent == "SIGINT" else 20)
            assert printed in parent.stderr.read().decode()
    assert (len(gone), running) == (2, [])


def test_wrong_options_of_all_profiles_say_what_to_do(configure, capsys, monkeypatch, tmp_path):
    configure(acme=(KEY, "http://127.0.0.1:1/api"), globex=(KEY, "http://127.0.0.1:1/api"))
    assert main(["sync", "--all-profiles", "--profile", "acme"]) == 1
    assert main(["sync", "--all-profiles", "--sandbox"]) == 1
    assert main(["sync", "--all-profiles", "--workers", "0"]) == 1
    monkeypatch.setenv("PB2B_CONFIG", str(tmp_path / "none.toml"))
    assert main(["sync", "--all-profiles"]) == 1
    errors = capsys.readouterr().err.splitlines()
    parts = ("--profile and --all-profiles", "--sandbox and --all-profiles", "--workers 2", "has no profile")
    assert [part in error for part, error in zip(parts, errors, strict=True)] == [True] * 4


def test_a_mirror_is_synced_into_another_folder(workspace, capsys, tmp_path):
    assert main(["sync", "leads", "--into", str(tmp_path)]) == 0
    assert f"in {tmp_path}" in capsys.readouterr().out
    assert len(pb.open_mirror(tmp_path).frame("leads")) == len(workspace.leads.list(limit=None))
