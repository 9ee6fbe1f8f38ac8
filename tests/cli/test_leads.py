"""``pb2b leads``, and ``--json`` of the commands that print data."""

import json
import subprocess
import sys

import polars as pl
import pytest

import pb2b_notebook as pb
from pb2b_notebook.cli import main


@pytest.fixture(scope="module")
def ws():
    with pb.open_sandbox(leads=60, rate_limit=1_000_000, in_process=False) as opened:
        yield opened


def printed_json(capsys, *arguments):
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_leads_are_printed_as_csv(connected, ws, capsys):
    assert main(["leads", "list", "--limit", "3"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "id,email,full_name,company_name,status,updated_at"
    assert [line.split(",")[0] for line in lines[1:]] == ws.leads.list(limit=3)["id"].to_list()


def test_leads_are_printed_as_json(connected, ws, capsys):
    leads = printed_json(capsys, "leads", "list", "--limit", "2")
    expected = ws.leads.list(limit=2, frame="polars")
    assert [lead["email"] for lead in leads] == expected["email"].to_list()
    assert leads[0].keys() == set(expected.columns)


@pytest.mark.parametrize(("limit", "more"), [("2", True), ("60", False)])
def test_leads_that_the_limit_leaves_out_are_named(connected, ws, limit, more, capsys):
    assert main(["leads", "list", "--limit", limit, "--json"]) == 0
    printed = capsys.readouterr()
    assert len(json.loads(printed.out)) == min(int(limit), len(ws.leads.list()))
    assert ("pb2b leads export" in printed.err) == more
    assert main(["leads", "list", "--limit", limit, "--quiet"]) == 0
    assert "pb2b leads export" not in capsys.readouterr().err


def test_repairs_are_lines_of_a_terminal(connected, monkeypatch, tmp_path, capsys):
    assert main(["leads", "export", "no/leads.csv"]) == 1
    assert "mkdir -p '" in capsys.readouterr().err
    monkeypatch.delenv("PB2B_API_KEY")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert main(["leads", "list"]) == 1
    printed = capsys.readouterr().err
    assert ("pb2b login" in printed, "key=" in printed) == (True, False)


def test_an_option_of_the_list_is_refused_as_a_filter(connected, capsys):
    assert main(["leads", "list", "--filter", "limit=5"]) != 0
    assert "limit is an option of the list, not a filter → pass --limit" in capsys.readouterr().err


def test_filters_are_those_of_the_list(connected, ws, capsys):
    some = [
        "--filter",
        "status=new",
        "--filter",
        "status=replied",
        "--filter",
        "has_email=true",
        "--columns",
        "status,id",
    ]
    leads = printed_json(capsys, "leads", "list", "--limit", "500", *some)
    expected = ws.leads.list(
        status=["new", "replied"], has_email=True, limit=500, columns=["status", "id"], frame="polars"
    )
    assert leads == expected.to_dicts()
    tier = ws.leads.list(frame="polars", custom={"tier": "A"})
    assert len(printed_json(capsys, "leads", "list", "--limit", "500", "--filter", "custom.tier=A")) == tier.height


def test_all_leads_that_match_are_saved(connected, ws, tmp_path, capsys):
    assert main(["leads", "export", "new.parquet", "--filter", "status=new"]) == 0
    printed = capsys.readouterr()
    assert (printed.out, printed.err.startswith("wrote ")) == ("", True)
    assert pl.read_parquet(tmp_path / "new.parquet").height == len(ws.leads.list(status="new"))
    saved = printed_json(capsys, "leads", "export", "new.csv", "--filter", "status=new")
    assert saved == {"rows": len(ws.leads.list(status="new")), "path": str(tmp_path / "new.csv")}


def test_a_format_that_is_not_written_is_refused_with_those_that_are(connected, capsys):
    assert main(["leads", "export", "leads.pdf"]) == 1
    printed = capsys.readouterr().err
    assert ("'.pdf' is not a known format" in printed, ".csv" in printed, "ask for the data" in printed) == (
        True,
        True,
        False,
    )


def test_an_existing_file_is_kept_and_nothing_is_read(connected, ws, tmp_path, capsys):
    (tmp_path / "leads.csv").write_text("mine")
    assert main(["leads", "export", "leads.csv"]) == 1
    assert "--overwrite" in capsys.readouterr().err
    assert (tmp_path / "leads.csv").read_text() == "mine"
    assert main(["leads", "export", "leads.csv", "--overwrite"]) == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--filter", "status"], "--filter status=new"),
        (["--filter", "stauts=new"], "unknown filter 'stauts' → did you mean 'status'"),
        (["--filter", "foo=1"], "choose one of: campaign_id, company_domain, country, created_after"),
        (["--filter", "has_email=perhaps"], "must be true or false → --filter has_email=true"),
        (["--limit", "-1"], "--limit must be from 1 to 5,000,000 → leave --limit out"),
        (["--filter", "status=nwe"], "new"),
        (["--columns", "emial"], "email"),
        (["--sandbox", "--profile", "acme"], "leave one of them out"),
    ],
)
def test_a_wrong_argument_is_an_error_with_its_repair(connected, arguments, message, capsys):
    assert main(["leads", "list", *arguments]) == 1
    printed = capsys.readouterr()
    assert (printed.out, message in printed.err) == ("", True)


def test_me_says_whether_other_verbs_may_write(connected, capsys):
    assert main(["me"]) == 0
    assert "writes are refused" not in capsys.readouterr().out


def test_other_commands_print_json(connected, ws, tmp_path, monkeypatch, capsys):
    assert printed_json(capsys, "me")["workspace"]["name"] == ws.name
    assert {"result", "operation", "detail"} <= printed_json(capsys, "check")[0].keys()
    monkeypatch.setenv("PB2B_CACHE_DIR", str(tmp_path / "cache"))
    assert printed_json(capsys, "sync", "lead_fields")[0]["resource"] == "lead_fields"


def test_the_demo_workspace_is_read_in_a_pipe():
    command = [sys.executable, "-m", "pb2b_notebook", "leads", "list", "--sandbox", "--limit", "2"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()) == 3
