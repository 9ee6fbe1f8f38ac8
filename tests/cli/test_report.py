"""``pb2b report``: exit statuses, files, and no key in what it prints."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook.cli import main


@pytest.fixture(scope="module")
def ws():
    with pb.open_sandbox(leads=60, rate_limit=1_000_000) as opened:
        yield opened


def test_all_files_are_written_with_the_period_in_their_names(connected, tmp_path, capsys):
    assert main(["report", "weekly", "week-{period}.xlsx", "week.html", "week.ipynb", "--no-quality"]) == 0
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [
        "week-2026-W10.xlsx", "week.html", "week.ipynb",
    ]  # fmt: skip
    printed = capsys.readouterr()
    assert printed.out.count("wrote ") == 3
    assert "pb2b_test_" not in printed.out + printed.err


def test_an_existing_file_is_kept_and_nothing_is_read(connected, ws, tmp_path, capsys):
    (tmp_path / "week.html").write_text("mine")
    before = len(ws.requests())
    assert main(["report", "weekly", "other.html", "week.html"]) == 1
    assert "--overwrite" in capsys.readouterr().err
    assert [(tmp_path / "week.html").read_text(), (tmp_path / "other.html").exists()] == ["mine", False]
    assert "leads.list" not in set(ws.requests()["operation"][: len(ws.requests()) - before])
    assert main(["report", "weekly", "week.html", "--no-quality", "--overwrite", "--zone", "UTC"]) == 0
    assert "UTC" in (tmp_path / "week.html").read_text()


def test_json_names_the_period_and_the_files(connected, tmp_path, capsys):
    assert main(["report", "weekly", "week.html", "--no-quality", "--at", "2026-03-10", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "period": "2026-W10", "first": "2026-03-02", "last": "2026-03-08", "missing": {},
        "files": [str(tmp_path / "week.html")],
    }  # fmt: skip


def test_a_missing_section_is_named_and_the_exit_status_is_3(connected, ws, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("PB2B_API_KEY", ws.sandbox.create_key(scopes=["me.read", "leads.read", "lead-fields.read"]))
    assert main(["report", "monthly", "month.html", "--no-quality"]) == 3
    assert (
        "Reply rates is not in the report: this key does not have the scope campaigns.read" in capsys.readouterr().err
    )
    assert (tmp_path / "month.html").exists()


def test_the_report_can_be_read_through_the_mirror(connected, ws, tmp_path):
    assert main(["report", "weekly", "read.html", "--no-quality", "--at", "2026-03-10"]) == 0
    assert main(["report", "weekly", "mirrored.html", "--no-quality", "--at", "2026-03-10", "--mirror"]) == 0
    read, mirrored = ((tmp_path / f"{name}.html").read_text("utf-8") for name in ("read", "mirrored"))
    assert read.partition("Usage of the plan")[0] == mirrored.partition("Usage of the plan")[0]


def test_a_rejected_key_writes_no_file(connected, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("PB2B_API_KEY", "pb2b_test_00000000_" + "0" * 32)
    assert main(["report", "weekly", "week.html"]) == 1
    assert not (tmp_path / "week.html").exists()
    assert capsys.readouterr().err.startswith("pb2b: ")


@each_case("arguments", [["weekly"], ["week.html"], ["yearly", "x.html"], ["weekly", "x.html", "--key", "k"]])
def test_wrong_arguments_exit_with_2(arguments):
    with pytest.raises(SystemExit) as caught:
        main(["report", *arguments])
    assert caught.value.code == 2


@pytest.mark.parametrize(
    "arguments",
    [["weekly", "x.pdf", "--sandbox"], ["weekly", "x.html", "--sandbox", "--profile", "acme"],
     ["weekly", "x.html", "--sandbox", "--zone", "Nowhere"], ["weekly", "x.html", "--sandbox", "--at", "soon"]],
)  # fmt: skip
def test_values_that_do_not_fit_exit_with_1_and_one_line(arguments, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert main(["report", *arguments]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_the_help_documents_the_exit_statuses():
    command = [sys.executable, "-m", "pb2b_notebook", "report", "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Exit status: 0" in shown


@pytest.mark.skipif(sys.platform == "win32", reason="cron is a program of POSIX systems")
def test_the_crontab_line_of_the_docs_runs_without_a_terminal_and_with_an_empty_environment(tmp_path):
    page = Path("docs/how-to/reports.md").read_text("utf-8")
    [command] = re.findall(r"^0 7 \* \* 1  (.+)$", page, re.MULTILINE)
    assert "%" not in command  # cron would end the line there
    folder, config = tmp_path / ".venv" / "bin", tmp_path / ".config" / "pb2b_notebook" / "config.toml"
    for made in (folder, config.parent, tmp_path / "reports"):
        made.mkdir(parents=True)
    (folder / "pb2b").symlink_to(Path(sys.executable).with_name("pb2b"))
    with pb.open_sandbox(leads=20, rate_limit=1_000_000, in_process=False) as ws:
        key = ws.sandbox.create_key()
        config.touch(mode=0o600)
        config.write_text(f'[profiles.acme]\napi_key = "{key}"\nbase_url = "{ws.base_url}"\n')
        cron = {"HOME": str(tmp_path), "LOGNAME": "ada", "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin"}
        done = subprocess.run(
            ["/bin/sh", "-c", command], env=cron, cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, start_new_session=True, timeout=300, check=False,
        )  # fmt: skip
    written = tmp_path / "reports" / "week-2026-W10.xlsx"
    assert (done.stdout, done.stderr, done.returncode) == (f"wrote {written}\n", "", 0)
    assert written.stat().st_size
