"""``pb2b sandbox keys``: keys of a file, whether or not a sandbox serves it."""

import json
import os
import re
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import httpx
import pytest

import pb2b_notebook as pb
from pb2b_notebook.cli import main
from pb2b_notebook.sandbox import Sandbox, administration
from pb2b_notebook.sandbox.administration import PATH, ask_about_keys, token_file
from pb2b_notebook.serving import Server
from plain_http import NO_TLS

KEY = re.compile(r"pb2b_test_([0-9a-f]{8})_[0-9a-f]{40}\n")


@pytest.fixture
def file(tmp_path):
    """File of a sandbox that is not served."""
    path = tmp_path / "demo.sqlite"
    with Sandbox(path, leads=3):
        pass
    return path


@pytest.fixture(params=["unserved", "served"])
def db(request, file):
    """The same file, served and not served: every command must do the same."""
    if request.param == "unserved":
        yield str(file)
    else:
        with pb.open_sandbox(db=file, in_process=False):
            yield str(file)


@pytest.fixture
def keys(db, capsys):
    """Run a command; return its exit status, stdout and stderr."""

    def run(*arguments):
        capsys.readouterr()
        status = main(["sandbox", "keys", *arguments, "--db", db])
        return status, *capsys.readouterr()

    return run


def test_keys_are_listed_as_json(keys):
    created = keys("create", "--name", "reader", "--scopes", "leads.read")[1]
    status, printed, _ = keys("list", "--json")
    listed = {key["prefix"]: key for key in json.loads(printed)}
    assert (status, listed[KEY.fullmatch(created)[1]]["scopes"]) == (0, ["leads.read"])
    assert created.strip() not in printed


def rows_by_prefix(printed):
    """Return the cells of each line of a printed table, by the first cell."""
    return {line.split()[0]: re.split(" {2,}", line) for line in printed.splitlines()[1:]}


def test_a_key_is_printed_alone_and_once(keys):
    status, printed, stderr = keys("create", "--name", "crm")
    assert status == 0
    prefix = KEY.fullmatch(printed)[1]
    assert "once" in stderr
    _, listed, _ = keys("list")
    assert rows_by_prefix(listed)[prefix][1:4] == ["crm", "Lantern & Finch", "read-write"]
    assert printed.strip().split("_")[3] not in listed


def test_a_key_has_the_options_that_it_was_created_with(keys, file):
    options = ["--scopes", "me.read, leads.read", "--read-only", "--workspace", "kestrel row", "--expires", "30d"]
    status, printed, _ = keys("create", *options)
    assert status == 0
    prefix = KEY.fullmatch(printed)[1]
    row = rows_by_prefix(keys("list")[1])[prefix]
    assert row[2:] == ["Kestrel Row", "read-only", "2026-03-10T12:00Z", "2026-04-09T12:00Z", "-", "me.read,leads.read"]


def test_rotate_creates_a_key_and_revokes_the_former_one(keys):
    first = KEY.fullmatch(keys("create", "--name", "crm", "--scopes", "me.read")[1])[1]
    second = KEY.fullmatch(keys("rotate", first)[1])[1]
    rows = rows_by_prefix(keys("list")[1])
    assert rows[first][6] != "-"
    assert (rows[second][1], rows[second][6:]) == ("crm", ["-", "me.read"])
    status, printed, stderr = keys("rotate", first)
    assert (status, printed) == (1, "")
    assert "was revoked" in stderr


def test_revoke_accepts_a_key_as_the_card_shows_it(keys):
    prefix = KEY.fullmatch(keys("create")[1])[1]
    assert keys("revoke", f"pb2b_test_{prefix}_…")[0] == 0
    assert rows_by_prefix(keys("list")[1])[prefix][6] != "-"


REFUSED = {
    "an unknown scope": ["create", "--scopes", "lead.read"],
    "an unknown workspace": ["create", "--workspace", "canary"],
    "an expiry in the past": ["create", "--expires", "2020-01-01"],
    "an expiry that is not a time": ["create", "--expires", "canary"],
    "an expiry beyond the calendar": ["create", "--expires", "9999999999-01-01"],
    "an empty name": ["create", "--name", ""],
    "an unknown prefix": ["revoke", "ffffffff"],
    "an invalid prefix": ["rotate", "canary!"],
    "a foreign key": ["revoke", "pb2b_live_canary_" + "canary" * 5],
}


def test_an_invalid_argument_is_reported_in_one_line_that_does_not_repeat_it(keys):
    before = keys("list")[1]
    for what, arguments in REFUSED.items():
        status, printed, stderr = keys(*arguments)
        assert (status, printed) == (1, ""), what
        assert re.fullmatch(r"pb2b: .+ → .+\n", stderr), what
        assert "canary" not in stderr, what
    assert keys("list")[1] == before


def test_db_can_stand_before_keys(file, capsys):
    assert main(["sandbox", "--db", str(file), "keys", "list"]) == 0
    assert "Default key" in capsys.readouterr().out


def test_a_key_that_connect_cannot_use_is_reported(keys):
    assert "me.read" in keys("create", "--scopes", "leads.read")[2]


def test_a_missing_file_is_reported_and_not_created(tmp_path, capsys):
    assert main(["sandbox", "keys", "list"]) == 1
    assert "--db" in capsys.readouterr().err
    assert main(["sandbox", "keys", "list", "--db", str(tmp_path / "nothing.sqlite")]) == 1
    assert "there is no file nothing.sqlite" in capsys.readouterr().err
    assert not list(tmp_path.glob("nothing*"))


def test_a_file_that_is_not_a_sandbox_is_reported(tmp_path, capsys):
    empty = tmp_path / "empty.sqlite"
    empty.touch()
    assert main(["sandbox", "keys", "create", "--db", str(empty)]) == 1
    assert "filled" in capsys.readouterr().err
    foreign = tmp_path / "foreign.sqlite"
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE people (name)")
    assert main(["sandbox", "keys", "list", "--db", str(foreign)]) == 1
    assert "another program" in capsys.readouterr().err


def test_commands_on_an_unserved_file_do_not_run_its_jobs(file):
    with pb.open_sandbox(db=file, in_process=False) as ws:
        job = ws.call("exports.create").job_id
        ws.sandbox.clock.advance(2)  # the job is running
    assert main(["sandbox", "keys", "create", "--db", str(file)]) == 0
    with pb.open_sandbox(db=file, in_process=False) as ws:
        assert ws.call("jobs.get", id=job).attempt == 2  # only this sandbox continued it


# --- while a sandbox serves the file --------------------------------------------------------------------------------


def test_keys_created_and_revoked_while_served_take_effect_at_once(file, capsys):
    with pb.open_sandbox(db=file, in_process=False) as ws:
        base = ws._session.client.base_url
        main(["sandbox", "keys", "create", "--db", str(file)])
        first = capsys.readouterr().out.strip()
        with pb.connect(first, base_url=base) as other:
            main(["sandbox", "keys", "rotate", first.split("_")[2], "--db", str(file)])
            second = capsys.readouterr().out.strip()
            with pytest.raises(pb.errors.AuthenticationError, match="revoked"):
                other.me()
        with pb.connect(second, base_url=base) as other:
            assert other.me()["prefix"] == second.split("_")[2]


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_the_token_file_is_readable_by_its_owner_only_and_removed_on_close(file):
    token_file(file).write_text("left by a killed sandbox, readable by all")
    token_file(file).chmod(0o666)
    with pb.open_sandbox(db=file, in_process=False):
        assert stat.S_IMODE(token_file(file).stat().st_mode) == 0o600
    assert not token_file(file).exists()


def test_without_the_token_the_administration_route_does_not_exist(file):
    with pb.open_sandbox(db=file, in_process=False) as ws:
        url = f"{ws._session.client.base_url.removesuffix('/api/public/v1')}{PATH}"
        key = ws.sandbox.create_key()
        for header in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Bearer {key}"}):
            answer = httpx.post(url, json={"action": "list", "arguments": {}}, headers=header)
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_route")
        document = httpx.get(
            f"{url.removesuffix(PATH)}/developers/api/openapi.json", timeout=60
        )  # made at this request
        assert PATH not in document.text


CREATE = b'{"action": "create", "arguments": {"name": %s}}'
INVALID_REQUESTS = [
    *(b"", b"not json", b"[]", b" " * 70_000),
    *(b'{"action": "list"}', b'{"action": "list", "arguments": {"all": true}}'),
    *(b'{"action": "format", "arguments": {}}', b'{"action": "rotate", "arguments": {"key": 7}}'),
    *(CREATE % name for name in (b"5", b"null", b"[]")),
    *(CREATE % (b'"x", "scopes": ' + scopes) for scopes in (b"5", b'"all"', b"[[]]")),
    *(CREATE % more for more in (b'"x", "expires": []', b'"x", "workspace": 3', b'"x", "read_only": "no"')),
]


def test_an_invalid_administration_request_is_refused(file):
    import json

    with pb.open_sandbox(db=file, in_process=False), httpx.Client(verify=NO_TLS) as client:
        announced = json.loads(token_file(file).read_text())
        url = f"http://127.0.0.1:{announced['port']}{PATH}"
        for body in INVALID_REQUESTS:
            answer = client.post(url, content=body, headers={"Authorization": f"Bearer {announced['token']}"})
            assert answer.status_code == 422, body
            assert set(answer.json()) == {"message", "repair"}, body


@pytest.fixture
def no_wait(monkeypatch):
    """Do not wait for the process that has the file open."""
    monkeypatch.setattr(administration, "OWNER_TIMEOUT", 0)


@pytest.mark.usefixtures("no_wait")
@pytest.mark.parametrize(
    "left",
    [None, "", "[]", '{"port": 1, "token": "old"}', '{"port": "x"}'],
    ids=["none", "empty", "not an object", "no listener", "not a number"],
)
def test_a_file_whose_owner_does_not_answer_is_reported_as_in_use(file, capsys, left):
    with Sandbox(file):  # has the file open and does not serve it
        if left is not None:
            token_file(file).write_text(left)
        assert main(["sandbox", "keys", "list", "--db", str(file)]) == 1
        assert re.fullmatch(r"pb2b: the database is in use.+ → .+\n", capsys.readouterr().err)


@pytest.mark.usefixtures("no_wait")
def test_an_old_token_with_the_port_of_another_sandbox_is_reported(file, capsys):
    with pb.open_sandbox(leads=1, in_process=False) as other, Sandbox(file):
        port = other._session.client.base_url.split(":")[2].split("/")[0]
        token_file(file).write_text(f'{{"port": {port}, "token": "old"}}')
        assert main(["sandbox", "keys", "create", "--db", str(file)]) == 1
        assert "another sandbox" in capsys.readouterr().err
        assert len(other.sandbox.keys()) == 1


@pytest.fixture
def long_wait(monkeypatch):
    """Wait long enough for a slow machine."""
    monkeypatch.setattr(administration, "OWNER_TIMEOUT", 120)


@pytest.mark.usefixtures("long_wait")
def test_commands_in_parallel_take_turns(file):
    """The file is not served: each command opens it for a moment."""
    with ThreadPoolExecutor(8) as pool:
        arguments = [{"name": f"key {number}"} for number in range(16)]
        made = list(pool.map(lambda argument: ask_about_keys(file, "create", argument), arguments))
    assert len(set(made)) == 16
    names = [key["name"] for key in ask_about_keys(file, "list", {})]
    assert sorted(names[1:]) == sorted(argument["name"] for argument in arguments)


@pytest.mark.usefixtures("long_wait")
def test_a_command_waits_for_a_sandbox_that_is_starting(file):
    starting = Sandbox(file)  # has the file open, and has not announced its port
    with ThreadPoolExecutor(1) as pool, closing(starting):
        answer = pool.submit(ask_about_keys, file, "create", {"name": "early"})
        with Server(starting.administration.app) as server:
            time.sleep(0.3)
            assert not answer.done()
            starting.administration.announce(server.port)
            assert answer.result(30).startswith("pb2b_test_")
        assert starting.keys()[-1].name == "early"


def test_a_symbolic_link_to_the_file_is_followed(file, tmp_path, capsys):
    link = tmp_path / "link.sqlite"
    link.symlink_to(file)
    with pb.open_sandbox(db=file, in_process=False):
        assert main(["sandbox", "keys", "list", "--db", str(link)]) == 0
        assert "Default key" in capsys.readouterr().out


@pytest.mark.skipif(os.name != "posix", reason="SIGTERM is POSIX")
def test_sigterm_closes_the_file(tmp_path):
    """``docker stop`` and systemd send SIGTERM."""
    db = tmp_path / "served.sqlite"
    command = [sys.executable, "-m", "pb2b_notebook.cli", "sandbox", "--port", "0", "--db", str(db), "--leads", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        while not process.stdout.readline().startswith("Ctrl-C"):
            pass
        assert token_file(db).exists()
        process.terminate()
    assert process.returncode == 0
    assert not token_file(db).exists()
    assert main(["sandbox", "keys", "list", "--db", str(db)]) == 0


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_after_kill_9_the_file_can_be_opened_directly(tmp_path, capsys):
    db = str(tmp_path / "served.sqlite")
    command = [sys.executable, "-m", "pb2b_notebook.cli", "sandbox", "--port", "0", "--db", db, "--leads", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        while not process.stdout.readline().startswith("Ctrl-C"):
            pass
        assert main(["sandbox", "keys", "create", "--name", "one", "--db", db]) == 0
        process.kill()
    assert token_file(db).exists()
    assert main(["sandbox", "keys", "create", "--name", "two", "--db", db]) == 0
    capsys.readouterr()
    assert main(["sandbox", "keys", "list", "--db", db]) == 0
    assert [row[1] for row in rows_by_prefix(capsys.readouterr().out).values()] == ["Default key", "one", "two"]
