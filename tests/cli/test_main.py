"""The ``pb2b`` command as a whole: exit statuses, usage and error lines."""

import argparse
import os
import subprocess
import sys

import pytest

import pb2b_notebook as pb
from pb2b_notebook import cli
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


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["reprot"], "did you mean 'report'?"),
        (["leads", "lsit"], "did you mean 'list'?"),
        (["zzz"], "choose one of: app, check, "),
    ],
)
def test_the_nearest_command_is_named(arguments, hint, capsys):
    with pytest.raises(SystemExit):
        main(arguments)
    assert f"invalid choice: {arguments[-1]!r}; {hint}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "usage", "end"),
    [
        (["leads", "list", "--filtre", "status=new"], "pb2b leads list", "status=new; did you mean '--filter'?"),
        (["me", "--quite"], "pb2b me", "arguments: --quite; did you mean '--quiet'?"),
        (["me", "too"], "pb2b me", "unrecognized arguments: too"),
    ],
)
def test_an_unknown_option_shows_the_usage_of_its_command_and_the_nearest_option(arguments, usage, end, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    printed = capsys.readouterr().err
    assert caught.value.code == 2
    assert printed.startswith(f"usage: {usage} [")
    assert end in printed


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


@pytest.mark.skipif(os.name != "posix", reason="bash is tried on POSIX only")
def test_a_shell_completes_commands_options_and_choices():
    script = subprocess.run(
        [sys.executable, "-m", "pb2b_notebook", "completion", "bash"], capture_output=True, text=True, check=True
    ).stdout
    asks = 'COMP_WORDS=({words}); COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 )); _shtab_pb2b; echo "${{COMPREPLY[@]}}"'
    typed = ["pb2b con", "pb2b leads ex", "pb2b report mon", "pb2b import --exi"]
    code = "\n".join([script, *(asks.format(words=words) for words in typed)])
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n") == ["contract", "export", "monthly", "--existing", ""]


def test_completion_of_zsh_is_a_function(capsys):
    assert main(["completion", "zsh"]) == 0
    assert capsys.readouterr().out.startswith("#compdef pb2b")


def commands_of(parser, path=()):
    inner = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if parser.get_default("run"):
        yield path, parser
    for action in inner:
        for name, command in action.choices.items():
            yield from commands_of(command, (*path, name))


def test_each_command_can_be_quiet_and_each_that_prints_data_has_json():
    options = {" ".join(path): command._option_string_actions for path, command in commands_of(cli.parser())}
    assert all("--quiet" in of_command for of_command in options.values())
    assert {path for path, of_command in options.items() if "--json" not in of_command} == {
        "demo", "app", "sandbox", "sandbox keys create", "sandbox keys rotate", "sandbox keys revoke", "login",
        "logout", "contract build", "completion",
    }  # fmt: skip


def test_quiet_leaves_data_and_errors(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    some = ["leads", "export", "some.csv", "--sandbox", "--filter", "status=new", "--quiet"]
    assert main(some) == 0
    assert capsys.readouterr() == ("", "")
    assert main(some) == 1
    assert "--overwrite" in capsys.readouterr().err


def test_ctrl_c_while_a_library_makes_a_class_from_text_ends_with_130(tmp_path):
    (tmp_path / "polars.py").write_text("exec('raise KeyboardInterrupt')\n")
    command = [sys.executable, "-m", "pb2b_notebook.cli", "leads", "export", "leads.csv", "--sandbox"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)  # which `-m` searches first
    assert (done.returncode, done.stderr) == (130, b"")
