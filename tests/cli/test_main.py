"""The ``pb2b`` command as a whole: exit statuses, usage and error lines."""

import os
import subprocess
import sys

import pytest

import pb2b_notebook as pb
from pb2b_notebook.cli import main


def test_an_error_is_one_line_without_a_traceback(capsys, monkeypatch):
    monkeypatch.setenv("PB2B_API_KEY", "not a key canary")
    assert main(["me"]) == 1
    printed = capsys.readouterr().err
    assert printed.startswith("pb2b: this is not a ProspectB2B API key")
    assert "canary" not in printed
    assert printed.count("\n") == 1


def test_the_version_is_printed(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert (caught.value.code, capsys.readouterr().out) == (0, f"pb2b {pb.__version__}\n")


def test_python_m_pb2b_notebook_runs_the_command():
    done = subprocess.run([sys.executable, "-m", "pb2b_notebook", "dmeo"], capture_output=True, text=True, check=False)
    assert (done.returncode, "usage: pb2b" in done.stderr) == (2, True)


@pytest.mark.parametrize("arguments", [[], ["dmeo"], ["sandbox", "--port", "x"], ["contract"]])
def test_wrong_arguments_print_the_usage_and_exit_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: pb2b" in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="pipes break with a signal on POSIX only")
def test_a_closed_pipe_causes_no_traceback():
    pipe = f"{sys.executable} -m pb2b_notebook.cli demo | head -12"
    done = subprocess.run(["sh", "-c", pipe], capture_output=True, text=True, check=False)
    assert "SANDBOX" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")  # noqa: PTH110
def test_an_output_that_cannot_be_written_is_one_line_and_an_exit_status():
    with open("/dev/full", "w") as full:  # noqa: PTH123
        ended = subprocess.run(
            [sys.executable, "-m", "pb2b_notebook", "demo"],
            stdout=full, stderr=subprocess.PIPE, text=True, timeout=120, check=False,
        )  # fmt: skip
    assert ended.returncode == 1
    assert ended.stderr == "pb2b: the output cannot be written: No space left on device\n"
