"""``pb2b demo`` as a person runs it: a process of its own, with a home that it must leave as it was."""

import os
import re
import signal
import subprocess
import sys

import pytest

from pb2b_notebook import demo, errors

WRITES_OF_A_RUN = ("the mirror is whole", "every key used once", "opted-out people still are", "merged as planned")


@pytest.fixture
def surroundings(tmp_path):
    """A home with a profile and a key that lead nowhere, and temporary files of its own."""
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    (home / ".config/pb2b_notebook").mkdir(parents=True)
    (home / ".config/pb2b_notebook/config.toml").write_text('[profiles.default]\napi_key = "canary"\n', "utf-8")
    temporary.mkdir()
    kept = {name: os.environ[name] for name in os.environ if not name.startswith(("PB2B_", "XDG_"))}
    ours = {"HOME": str(home), "TMPDIR": str(temporary), "PB2B_API_KEY": "canary", "PYTHONDONTWRITEBYTECODE": "1"}
    return kept | ours


def files(folder):
    return sorted(file for file in folder.rglob("*") if file.is_file())


def run(surroundings, **more):
    return subprocess.run(
        [sys.executable, "-m", "pb2b_notebook.cli", "demo"],
        env=surroundings | more,
        capture_output=True,
        encoding=more.get("PYTHONIOENCODING", "utf-8"),
        check=False,
        timeout=120,
    )


def test_the_story_is_whole_its_figures_are_those_of_the_run_and_nothing_stays(surroundings, tmp_path):
    before = files(tmp_path)
    told = run(surroundings)
    assert told.returncode == 0, told.stderr
    assert files(tmp_path) == before
    assert "canary" not in told.stdout + told.stderr
    assert "\033" not in told.stdout
    assert re.findall(r"^(\d) (.*)$", told.stdout, re.MULTILINE) == [
        ("1", "Connect"),
        ("2", "Leads in a frame"),
        ("3", "Sync"),
        ("4", "Ask in SQL"),
        ("5", "Find duplicates"),
        ("6", "Plan"),
        ("7", "Apply"),
        ("8", "Run it again"),
        ("9", "Verify"),
    ]
    assert "ProspectB2B · SANDBOX" in told.stdout
    assert "notebooks/01_quickstart.ipynb" in told.stdout
    for fact in ("one lead more, and none twice", *WRITES_OF_A_RUN):
        assert re.search(rf"{fact} +True$", told.stdout, re.MULTILINE), fact
    # What the plan promised is what was done, and then nothing was left.
    updates = re.findall(r"^ +update +(\d+)$", told.stdout, re.MULTILINE)
    assert int(updates[0]) > 100
    assert f"'succeeded': {updates[0]}, " in told.stdout
    assert updates[1:] == ["0"]
    assert "cost         nothing to send" in told.stdout


def test_in_a_narrow_terminal_of_ascii_all_but_the_code_fits(surroundings):
    told = run(surroundings, COLUMNS="44", PYTHONIOENCODING="ascii")
    assert told.returncode == 0, told.stderr
    story, _, _ = told.stdout.partition("\nDone in ")
    assert [line for line in story.splitlines() if len(line) > 44 and not line.startswith(("  >>>", "  ..."))] == []


def test_ctrl_c_ends_it_without_a_word_and_leaves_nothing(surroundings, tmp_path):
    before = files(tmp_path)
    command = [sys.executable, "-m", "pb2b_notebook.cli", "demo"]
    with subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        for line in process.stdout:
            if line.startswith(b"3 Sync"):
                break
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, b"")
    assert files(tmp_path) == before


def test_without_an_extra_it_names_the_install_line(monkeypatch):
    monkeypatch.setattr(demo, "find_spec", lambda name: None if name == "duckdb" else object())
    with pytest.raises(errors.MissingExtraError, match=r"pip install 'pb2b-notebook\[sandbox,mirror,cleanup\]'"):
        demo.run("next")


def test_the_environment_is_as_it_was_also_after_an_error(monkeypatch):
    monkeypatch.delenv("PB2B_CACHE_DIR", raising=False)
    monkeypatch.setenv("PB2B_CONFIG", "mine.toml")

    def fails():
        with demo._folder_of_its_own():
            assert os.environ["PB2B_CONFIG"] != "mine.toml"
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert os.environ["PB2B_CONFIG"] == "mine.toml"
    assert "PB2B_CACHE_DIR" not in os.environ


def test_a_terminal_gets_headings_in_bold_unless_it_asks_for_no_colour(monkeypatch):
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
