import os
import re
import signal
import subprocess
import sys

import pytest

import pb2b_notebook as pb
from pb2b_notebook.cli import main


def test_demo_shows_card_frame_and_the_next_step(capsys):
    assert main(["demo"]) == 0
    shown = capsys.readouterr().out
    assert "ProspectB2B · SANDBOX" in shown
    assert re.search(r"\d,\d{3} leads at \d{3} companies in \d+ countries\.", shown)
    assert "notebooks/01_quickstart.ipynb" in shown


def test_a_refusal_is_one_line_without_a_traceback(capsys, monkeypatch):
    monkeypatch.setenv("PB2B_API_KEY", "not a key canary")
    assert main(["me"]) == 1
    shown = capsys.readouterr().err
    assert shown.startswith("pb2b: this is not a ProspectB2B API key")
    assert "canary" not in shown
    assert shown.count("\n") == 1


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


def test_a_taken_port_says_so(capsys):
    with pb.open_sandbox(leads=1) as ws:
        port = ws._reader.client.base_url.split(":")[2].split("/")[0]
        assert main(["sandbox", "--port", port, "--leads", "1"]) == 1
    assert "is taken" in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="pipes break with a signal on POSIX only")
def test_a_closed_pipe_is_no_error():
    pipe = f"{sys.executable} -m pb2b_notebook.cli demo | head -1"
    done = subprocess.run(["sh", "-c", pipe], capture_output=True, text=True, check=False)
    assert "SANDBOX" in done.stdout
    assert "Traceback" not in done.stderr
