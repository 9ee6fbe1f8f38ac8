"""``pb2b demo`` in a process of its own, with a home folder that it must not change."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pb2b_notebook import cli, demo, errors
from pb2b_notebook.cli.showing import FIRST_NOTEBOOK

CHECKS = ("the mirror is whole", "every key used once", "opted-out people still are", "merged as planned")


@pytest.fixture
def env(tmp_path):
    """Environment with a home folder, a profile and a key that do not exist, and a temporary folder."""
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    (home / ".config/pb2b_notebook").mkdir(parents=True)
    (home / ".config/pb2b_notebook/config.toml").write_text('[profiles.default]\napi_key = "canary"\n', "utf-8")
    temporary.mkdir()
    kept = {name: os.environ[name] for name in os.environ if not name.startswith(("PB2B_", "XDG_"))}
    ours = {"HOME": str(home), "TMPDIR": str(temporary), "PB2B_API_KEY": "canary", "PYTHONDONTWRITEBYTECODE": "1"}
    return kept | ours


def files(folder):
    return sorted(file for file in folder.rglob("*") if file.is_file())


def run(env, **more):
    return subprocess.run(
        [sys.executable, "-m", "pb2b_notebook.cli", "demo"],
        env=env | more,
        capture_output=True,
        encoding=more.get("PYTHONIOENCODING", "utf-8"),
        check=False,
        timeout=120,
    )


def test_all_chapters_run_with_their_own_figures_in_a_narrow_ascii_terminal_and_leave_no_file(env, tmp_path):
    before = files(tmp_path)
    done = run(env, COLUMNS="44", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert files(tmp_path) == before
    assert "canary" not in done.stdout + done.stderr
    assert "\033" not in done.stdout
    assert re.findall(r"^\d .*$", done.stdout, re.MULTILINE) == [
        "1 Connect", "2 Leads in a frame", "3 Sync", "4 Ask in SQL", "5 Find duplicates", "6 Plan", "7 Apply",
        "8 Run it again", "9 Verify",
    ]  # fmt: skip
    assert "ProspectB2B ? SANDBOX" in done.stdout
    assert "notebooks/01_quickstart.ipynb" in done.stdout
    for fact in ("one lead more, and none twice", *CHECKS):
        assert re.search(rf"{fact} +True$", done.stdout, re.MULTILINE), fact
    # The planned updates succeeded, and the second plan has none.
    updates = re.findall(r"^ +update +(\d+)$", done.stdout, re.MULTILINE)
    assert int(updates[0]) > 100
    assert f"'succeeded': {updates[0]}," in done.stdout
    assert updates[1:] == ["0"]
    assert "cost         nothing to send" in done.stdout
    # Text fits, except for code.
    text, _, _ = done.stdout.partition("\nDone in ")
    assert [line for line in text.splitlines() if len(line) > 44 and not line.startswith(("  >>>", "  ..."))] == []


def test_without_a_clone_the_demo_names_no_notebook_to_open(tmp_path, monkeypatch):
    steps = []
    monkeypatch.setattr(demo, "run", lambda step: not steps.append(step))
    for folder in (tmp_path, Path(__file__).parents[1]):
        monkeypatch.chdir(folder)
        assert cli.main(["demo"]) == 0
    assert steps[0].startswith("pb2b app")
    assert steps[1].endswith(f"lab {FIRST_NOTEBOOK}")


def test_ctrl_c_ends_the_demo_silently_and_leaves_no_file(env, tmp_path):
    before = files(tmp_path)
    command = [sys.executable, "-m", "pb2b_notebook.cli", "demo"]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        for line in process.stdout:
            if line.startswith(b"3 Sync"):
                break
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (130, b"")
    assert files(tmp_path) == before


def test_a_missing_extra_is_reported_with_the_install_command(monkeypatch):
    monkeypatch.setattr(demo, "find_spec", lambda name: None if name == "duckdb" else object())
    with pytest.raises(errors.MissingExtraError, match=r"pip install 'pb2b-notebook\[sandbox,mirror,cleanup\]'"):
        demo.run("next")


def test_the_environment_is_restored_after_an_error(monkeypatch):
    monkeypatch.delenv("PB2B_CACHE_DIR", raising=False)
    monkeypatch.setenv("PB2B_CONFIG", "mine.toml")

    def fails():
        with demo._temporary_folder():
            assert os.environ["PB2B_CONFIG"] != "mine.toml"
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert os.environ["PB2B_CONFIG"] == "mine.toml"
    assert "PB2B_CACHE_DIR" not in os.environ


def test_headings_are_bold_in_a_terminal_unless_no_color_is_set(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")

    class Terminal:
        text = ""

        def isatty(self):
            return True

        def write(self, text):
            self.text += text

        def flush(self):
            pass

    coloured, plain = Terminal(), Terminal()
    demo.Narrator(coloured, 60).opens("Connect")
    monkeypatch.setenv("NO_COLOR", "1")
    demo.Narrator(plain, 60).opens("Connect")
    assert coloured.text == "\n\033[1m1 Connect\033[0m\n"
    assert plain.text == "\n1 Connect\n"
