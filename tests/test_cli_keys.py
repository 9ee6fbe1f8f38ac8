"""``pb2b sandbox keys``: of a file that nobody serves, and of one that is being served."""

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

KEY = re.compile(r"pb2b_test_([0-9a-f]{8})_[0-9a-f]{40}\n")


@pytest.fixture
def file(tmp_path):
    """A sandbox's file that nobody serves."""
    path = tmp_path / "demo.sqlite"
    with Sandbox(path, leads=3):
        pass
    return path


@pytest.fixture(params=["unserved", "served"])
def db(request, file):
    """The same file, also while a workspace holds it: every command must do the same on it."""
    if request.param == "unserved":
        yield str(file)
    else:
        with pb.open_sandbox(db=file):
            yield str(file)


@pytest.fixture
def keys(db, capsys):
    """Run a command; its status, what it printed and what it said."""

    def run(*arguments):
        capsys.readouterr()
        status = main(["sandbox", "keys", *arguments, "--db", db])
        return status, *capsys.readouterr()

    return run


def lines(printed):
    return {line.split()[0]: re.split(" {2,}", line) for line in printed.splitlines()[1:]}


def test_a_key_is_printed_alone_and_once(keys):
    status, printed, said = keys("create", "--name", "crm")
    assert status == 0
    prefix = KEY.fullmatch(printed)[1]
    assert "once" in said
    _, listed, _ = keys("list")
    assert lines(listed)[prefix][1:4] == ["crm", "Lantern & Finch", "read-write"]
    assert printed.strip().split("_")[3] not in listed


def test_a_key_is_what_was_asked_for(keys, file):
    asked = ["--scopes", "me.read, leads.read", "--read-only", "--workspace", "kestrel row", "--expires", "30d"]
    status, printed, _ = keys("create", *asked)
    assert status == 0
    prefix = KEY.fullmatch(printed)[1]
    row = lines(keys("list")[1])[prefix]
    assert row[2:] == ["Kestrel Row", "read-only", "2026-03-10T12:00Z", "2026-04-09T12:00Z", "-", "me.read,leads.read"]


def test_a_rotated_key_leaves_a_revoked_one(keys):
    first = KEY.fullmatch(keys("create", "--name", "crm", "--scopes", "me.read")[1])[1]
    second = KEY.fullmatch(keys("rotate", first)[1])[1]
    rows = lines(keys("list")[1])
    assert rows[first][6] != "-"
    assert (rows[second][1], rows[second][6:]) == ("crm", ["-", "me.read"])
    status, printed, said = keys("rotate", first)
    assert (status, printed) == (1, "")
    assert "was revoked" in said


def test_a_key_is_named_as_the_card_shows_it(keys):
    prefix = KEY.fullmatch(keys("create")[1])[1]
    assert keys("revoke", f"pb2b_test_{prefix}_…")[0] == 0
    assert lines(keys("list")[1])[prefix][6] != "-"


REFUSED = {
    "an unknown scope": ["create", "--scopes", "lead.read"],
    "an unknown workspace": ["create", "--workspace", "canary"],
    "a past end": ["create", "--expires", "2020-01-01"],
    "no time": ["create", "--expires", "canary"],
    "an end beyond the calendar": ["create", "--expires", "9999999999-01-01"],
    "no name": ["create", "--name", ""],
    "an unknown prefix": ["revoke", "ffffffff"],
    "what is no prefix": ["rotate", "canary!"],
    "a foreign key": ["revoke", "pb2b_live_canary_" + "canary" * 5],
}


@pytest.mark.parametrize("arguments", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_done_is_one_line_that_repeats_nothing(keys, arguments):
    before = keys("list")[1]
    status, printed, said = keys(*arguments)
    assert (status, printed) == (1, "")
    assert re.fullmatch(r"pb2b: .+ → .+\n", said)
    assert "canary" not in said
    assert keys("list")[1] == before


def test_the_file_may_be_named_before_keys(file, capsys):
    assert main(["sandbox", "--db", str(file), "keys", "list"]) == 0
    assert "Default key" in capsys.readouterr().out


def test_a_key_that_connect_cannot_use_is_said_so(keys):
    assert "me.read" in keys("create", "--scopes", "leads.read")[2]


def test_without_a_file_there_are_no_keys_to_manage(tmp_path, capsys):
    assert main(["sandbox", "keys", "list"]) == 1
    assert "--db" in capsys.readouterr().err
    assert main(["sandbox", "keys", "list", "--db", str(tmp_path / "nothing.sqlite")]) == 1
    assert "there is no file nothing.sqlite" in capsys.readouterr().err
    assert not list(tmp_path.glob("nothing*"))


def test_a_file_that_no_sandbox_filled_is_said_so(tmp_path, capsys):
    empty = tmp_path / "empty.sqlite"
    empty.touch()
    assert main(["sandbox", "keys", "create", "--db", str(empty)]) == 1
    assert "filled" in capsys.readouterr().err
    foreign = tmp_path / "foreign.sqlite"
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE people (name)")
    assert main(["sandbox", "keys", "list", "--db", str(foreign)]) == 1
    assert "another program" in capsys.readouterr().err


def test_keys_of_an_unserved_file_leave_its_jobs_alone(file):
    with pb.open_sandbox(db=file) as ws:
        job = ws.call("exports.create").job_id
        ws.sandbox.clock.advance(2)  # it runs, and is not at its end
    assert main(["sandbox", "keys", "create", "--db", str(file)]) == 0
    with pb.open_sandbox(db=file) as ws:
        assert ws.call("jobs.get", id=job).attempt == 2  # picked up by this sandbox, and by no command before


# --- while it is served ----------------------------------------------------------------------------------------------


def test_keys_made_and_ended_from_outside_work_at_once(file, capsys):
    with pb.open_sandbox(db=file) as ws:
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
def test_the_token_is_its_users_alone_and_gone_with_the_sandbox(file):
    token_file(file).write_text("left by a killed one, for all to read")
    token_file(file).chmod(0o666)
    with pb.open_sandbox(db=file):
        assert stat.S_IMODE(token_file(file).stat().st_mode) == 0o600
    assert not token_file(file).exists()


def test_without_the_token_there_is_nothing_there(file):
    with pb.open_sandbox(db=file) as ws:
        url = f"{ws._session.client.base_url.removesuffix('/api/public/v1')}{PATH}"
        key = ws.sandbox.create_key()
        for header in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Bearer {key}"}):
            answer = httpx.post(url, json={"action": "list", "arguments": {}}, headers=header)
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_route")
        assert PATH not in httpx.get(f"{url.removesuffix(PATH)}/developers/api/openapi.json").text


@pytest.mark.parametrize(
    "body",
    [b"", b"not json", b"[]", b'{"action": "list"}', b'{"action": "format", "arguments": {}}', b" " * 70_000,
     b'{"action": "list", "arguments": {"all": true}}', b'{"action": "rotate", "arguments": {"key": 7}}',
     *(b'{"action": "create", "arguments": {"name": %s}}' % name for name in (b"5", b"null", b"[]")),
     *(b'{"action": "create", "arguments": {"name": "x", "scopes": %s}}' % each for each in (b"5", b'"all"', b"[[]]")),
     b'{"action": "create", "arguments": {"name": "x", "expires": []}}',
     b'{"action": "create", "arguments": {"name": "x", "workspace": 3}}',
     b'{"action": "create", "arguments": {"name": "x", "read_only": "no"}}'],
)  # fmt: skip
def test_a_question_that_is_none_is_refused(file, body):
    import json

    with pb.open_sandbox(db=file):
        told = json.loads(token_file(file).read_text())
        answer = httpx.post(
            f"http://127.0.0.1:{told['port']}{PATH}", content=body, headers={"Authorization": f"Bearer {told['token']}"}
        )
    assert answer.status_code == 422
    assert set(answer.json()) == {"message", "repair"}


@pytest.fixture
def impatient(monkeypatch):
    """Nobody waits for an owner that cannot be asked."""
    monkeypatch.setattr(administration, "OWNER_TIMEOUT", 0)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "left",
    [None, "", "[]", '{"port": 1, "token": "old"}', '{"port": "x"}'],
    ids=["none", "empty", "no object", "nobody listens", "no number"],
)
def test_a_file_whose_owner_cannot_be_asked_is_said_so(file, capsys, left):
    with Sandbox(file):  # holds the file and serves nothing
        if left is not None:
            token_file(file).write_text(left)
        assert main(["sandbox", "keys", "list", "--db", str(file)]) == 1
        assert re.fullmatch(r"pb2b: the database is in use.+ → .+\n", capsys.readouterr().err)


@pytest.mark.usefixtures("impatient")
def test_an_old_token_at_a_port_that_another_sandbox_has_now_is_said_so(file, capsys):
    with pb.open_sandbox(leads=1) as other, Sandbox(file):
        port = other._session.client.base_url.split(":")[2].split("/")[0]
        token_file(file).write_text(f'{{"port": {port}, "token": "old"}}')
        assert main(["sandbox", "keys", "create", "--db", str(file)]) == 1
        assert "another sandbox" in capsys.readouterr().err
        assert len(other.sandbox.keys()) == 1


@pytest.fixture
def patient(monkeypatch):
    """However slow the machine is."""
    monkeypatch.setattr(administration, "OWNER_TIMEOUT", 120)


@pytest.mark.usefixtures("patient")
def test_several_at_once_take_turns(file):
    """Nobody serves the file: each owns it for a moment."""
    with ThreadPoolExecutor(8) as pool:
        arguments = [{"name": f"key {number}"} for number in range(16)]
        made = list(pool.map(lambda each: ask_about_keys(file, "create", each), arguments))
    assert len(set(made)) == 16
    names = [key["name"] for key in ask_about_keys(file, "list", {})]
    assert sorted(names[1:]) == sorted(each["name"] for each in arguments)


@pytest.mark.usefixtures("patient")
def test_a_sandbox_that_still_starts_is_waited_for(file):
    starting = Sandbox(file)  # holds the file, and does not say yet where it listens
    with ThreadPoolExecutor(1) as pool, closing(starting):
        asked = pool.submit(ask_about_keys, file, "create", {"name": "early"})
        with Server(starting.administration.app) as server:
            time.sleep(0.3)
            assert not asked.done()
            starting.administration.announce(server.port)
            assert asked.result(30).startswith("pb2b_test_")
        assert starting.keys()[-1].name == "early"


def test_a_link_to_the_file_leads_to_its_keys(file, tmp_path, capsys):
    link = tmp_path / "link.sqlite"
    link.symlink_to(file)
    with pb.open_sandbox(db=file):
        assert main(["sandbox", "keys", "list", "--db", str(link)]) == 0
        assert "Default key" in capsys.readouterr().out


@pytest.mark.skipif(os.name != "posix", reason="SIGTERM is POSIX")
def test_a_sandbox_that_is_told_to_end_closes_its_file(tmp_path):
    """As ``docker stop`` and systemd do it."""
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
def test_after_kill_9_the_file_is_asked_itself(tmp_path, capsys):
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
    assert [row[1] for row in lines(capsys.readouterr().out).values()] == ["Default key", "one", "two"]
