import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from urllib.parse import urlsplit

import httpx
import pytest

import pb2b_notebook as pb
from pb2b_notebook.cli import main


def test_a_refusal_is_one_line_without_a_traceback(capsys, monkeypatch):
    monkeypatch.setenv("PB2B_API_KEY", "not a key canary")
    assert main(["me"]) == 1
    shown = capsys.readouterr().err
    assert shown.startswith("pb2b: this is not a ProspectB2B API key")
    assert "canary" not in shown
    assert shown.count("\n") == 1


def test_python_m_is_the_command_too():
    done = subprocess.run([sys.executable, "-m", "pb2b_notebook", "dmeo"], capture_output=True, text=True, check=False)
    assert (done.returncode, "usage: pb2b" in done.stderr) == (2, True)


@pytest.mark.parametrize("arguments", [[], ["dmeo"], ["sandbox", "--port", "x"], ["contract"]])
def test_wrong_words_exit_with_usage(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: pb2b" in capsys.readouterr().err


@pytest.fixture
def served():
    """Start ``pb2b sandbox`` and stop it as a person does."""
    started = []

    def start(*arguments):
        process = subprocess.Popen(
            [sys.executable, "-m", "pb2b_notebook.cli", "sandbox", "--port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith("Ctrl-C"):
                break
        return process, "".join(lines)

    yield start
    for process in started:
        process.kill()
        process.communicate()


def told(text):
    url = re.search(r"base URL +(\S+)", text)
    key = re.search(r"(pb2b_test_\S+)", text)
    return url and url[1], key and key[1]


def test_a_served_sandbox_prints_its_key_once_and_stops_on_ctrl_c(served, tmp_path):
    db = str(tmp_path / "served.sqlite")
    process, text = served("--db", db, "--leads", "10", "--seed", "3")
    url, key = told(text)
    with pb.connect(key, base_url=url) as ws:
        made = ws.leads.create(email="kept@y.example").id
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert "Traceback" not in errors

    _, text = served("--db", db, "--leads", "10", "--seed", "3")
    url, none = told(text)
    assert none is None
    assert "the one printed when this file was made" in text
    with pb.connect(key, base_url=url) as ws:
        assert ws.leads.get(made).email == "kept@y.example"


def test_a_taken_port_says_so_before_a_file_is_made(capsys, tmp_path):
    with pb.open_sandbox(leads=1) as ws:
        port = ws._session.client.base_url.split(":")[2].split("/")[0]
        assert main(["sandbox", "--port", port, "--leads", "1", "--db", str(tmp_path / "new.db")]) == 1
    assert not list(tmp_path.iterdir())
    assert "is taken" in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="pipes break with a signal on POSIX only")
def test_a_closed_pipe_is_no_error():
    pipe = f"{sys.executable} -m pb2b_notebook.cli demo | head -12"
    done = subprocess.run(["sh", "-c", pipe], capture_output=True, text=True, check=False)
    assert "SANDBOX" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["--port", "99999"],
        ["--port", "-1"],
        ["--leads", str(10**24)],
        ["--leads", "-1"],
        ["--speed", "nan"],
        ["--speed", "1e300"],
        ["--faults", "no"],
        ["--faults", "503 leads.lst"],
        ["--db", "{foreign}"],
        ["--db", "{folder}"],
    ],
    ids=lambda arguments: " ".join(arguments)[:20],
)
def test_what_a_sandbox_cannot_do_is_one_line(arguments, tmp_path, capsys):
    foreign = tmp_path / "foreign.db"
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE facts (a)")
    paths = {"foreign": foreign, "folder": tmp_path}
    assert main(["sandbox", "--port", "0", "--leads", "1", *(word.format(**paths) for word in arguments)]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert re.fullmatch(r"pb2b: .+ → .+\n", shown.err)


def test_a_file_that_is_served_already_says_so(served, tmp_path, capsys):
    db = str(tmp_path / "served.sqlite")
    served("--db", db, "--leads", "1")
    assert main(["sandbox", "--port", "0", "--db", db]) == 1
    assert "the database is in use" in capsys.readouterr().err


def test_an_existing_file_keeps_its_leads_and_seed_and_a_notice_says_so(served, tmp_path):
    db = str(tmp_path / "served.sqlite")
    process, text = served("--db", db, "--leads", "3", "--seed", "5")
    assert "this file was created" not in text
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    for arguments in (["--leads", "4"], ["--seed", "6"]):
        process, text = served("--db", db, *arguments)
        assert "this file was created with 3 leads and seed 5: --leads and --seed apply only to a new file" in text
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    _, text = served("--db", db, "--leads", "3")
    assert "are for a new one" not in text


def test_ctrl_c_under_an_open_request_is_quiet(served):
    process, text = served("--leads", "1")
    url, key = told(text)
    with socket.create_connection(("127.0.0.1", urlsplit(url).port), timeout=10) as connection:
        connection.sendall(
            b"POST /api/public/v1/leads HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Expect: 100-continue\r\nContent-Length: 9\r\nAuthorization: Bearer " + key.encode() + b"\r\n\r\n"
        )
        assert connection.recv(100).startswith(b"HTTP/1.1 100")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert "Exception" not in errors


def test_faults_are_served_and_said(served):
    _, text = served("--leads", "1", "--faults", "500 me.get times=1", "--faults", "latency seconds=0; html")
    assert "fault      500 me.get times=1\nfault      latency seconds=0\nfault      html\n" in text
    url, _ = told(text)
    assert [httpx.get(f"{url}/me").headers["Content-Type"] for _ in range(2)] == [
        "application/json",
        "text/html; charset=utf-8",
    ]


def test_without_the_extra_the_document_names_the_line_that_installs_it():
    code = "import sys; sys.modules['fastapi'] = None\nfrom pb2b_notebook.cli import main\nmain(['contract', 'build'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert re.fullmatch(r"pb2b: .+ → pip install 'pb2b-notebook\[sandbox\]'\n", done.stderr)
