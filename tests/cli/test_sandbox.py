"""``pb2b sandbox`` serves a sandbox until Ctrl-C."""

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


@pytest.fixture
def serve():
    """Start ``pb2b sandbox``; return the process and what it printed."""
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


def url_and_key(text):
    """Return the base URL and the key that were printed."""
    url = re.search(r"base URL +(\S+)", text)
    key = re.search(r"(pb2b_test_\S+)", text)
    return url and url[1], key and key[1]


def test_the_key_is_printed_once_and_ctrl_c_stops_the_sandbox(serve, tmp_path):
    db = str(tmp_path / "served.sqlite")
    process, text = serve("--db", db, "--leads", "10", "--seed", "3")
    url, key = url_and_key(text)
    with pb.connect(key, base_url=url) as ws:
        made = ws.leads.create(email="kept@y.example").id
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert "Traceback" not in errors

    _, text = serve("--db", db, "--leads", "10", "--seed", "3")
    url, printed_key = url_and_key(text)
    assert printed_key is None
    assert "the one printed when this file was made" in text
    with pb.connect(key, base_url=url) as ws:
        assert ws.leads.get(made).email == "kept@y.example"


def test_a_port_in_use_is_reported_before_a_file_is_made(capsys, tmp_path):
    with pb.open_sandbox(leads=1, in_process=False) as ws:
        port = ws._session.client.base_url.split(":")[2].split("/")[0]
        assert main(["sandbox", "--port", port, "--leads", "1", "--db", str(tmp_path / "new.db")]) == 1
    assert not list(tmp_path.iterdir())
    assert "is in use" in capsys.readouterr().err


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
def test_invalid_options_are_reported_in_one_line(arguments, tmp_path, capsys):
    foreign = tmp_path / "foreign.db"
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE facts (a)")
    paths = {"foreign": foreign, "folder": tmp_path}
    assert main(["sandbox", "--port", "0", "--leads", "1", *(word.format(**paths) for word in arguments)]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert re.fullmatch(r"pb2b: .+ → .+\n", captured.err)


def test_a_file_that_is_served_already_is_reported_as_in_use(serve, tmp_path, capsys):
    db = str(tmp_path / "served.sqlite")
    serve("--db", db, "--leads", "1")
    assert main(["sandbox", "--port", "0", "--db", db]) == 1
    assert "the database is in use" in capsys.readouterr().err


def test_a_notice_says_that_an_existing_file_keeps_its_leads_and_seed(serve, tmp_path):
    db = str(tmp_path / "served.sqlite")
    process, text = serve("--db", db, "--leads", "3", "--seed", "5")
    assert "this file was created" not in text
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    process, text = serve("--db", db, "--leads", "3", "--seed", "6")
    assert "this file was created with 3 leads and seed 5: --leads and --seed apply only to a new file" in text
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    _, text = serve("--db", db, "--leads", "3")
    assert "this file was created" not in text


def test_ctrl_c_during_a_request_prints_no_traceback(serve):
    process, text = serve("--leads", "1")
    url, key = url_and_key(text)
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


def test_faults_are_injected_and_printed(serve):
    _, text = serve("--leads", "1", "--faults", "500 me.get times=1", "--faults", "latency seconds=0; html")
    assert "fault      500 me.get times=1\nfault      latency seconds=0\nfault      html\n" in text
    url, _ = url_and_key(text)
    assert [httpx.get(f"{url}/me").headers["Content-Type"] for _ in range(2)] == [
        "application/json",
        "text/html; charset=utf-8",
    ]
