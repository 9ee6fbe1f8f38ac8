"""``pb2b import`` looks first, writes with ``--apply``, and says what it did in its exit status."""

import io
import json

import pandas as pd
import pytest

import pb2b_notebook as pb
from pb2b_notebook.cli import main

LIST = "Wer;Mail;Firma;Tier\nADA WINTERFELD;ada@winterfeld.example;Winterfeld GmbH;hot\n;;Nur eine Firma AG;\n"
MAPPING = pb.Mapping({"Wer": "full_name", "Mail": "email", "Firma": "company_name"})


@pytest.fixture(scope="module")
def ws():
    with pb.open_sandbox(leads=30, rate_limit=1_000_000, in_process=True) as opened:
        yield opened


@pytest.fixture
def fair(connected, tmp_path):
    (tmp_path / "fair.csv").write_text(LIST, "utf-8")
    (tmp_path / "mapping.json").write_text(MAPPING.to_json(), "utf-8")
    return tmp_path


def run_json(capsys, *arguments):
    # One row of the list waits for a correction.
    status = 3 if "--apply" in arguments else 0
    assert main(["import", "fair.csv", "--mapping", "mapping.json", "--json", *arguments]) == status
    return json.loads(capsys.readouterr().out)


def test_a_list_is_looked_at_then_written_then_known(fair, ws, capsys):
    before = len(ws.leads.list())
    looked = run_json(capsys, "--held-back", "held.csv", "--save-mapping", "used.json")
    assert (looked["rows"]["new"], looked["rows"]["broken"], looked["written"]) == (1, 1, None)
    assert (len(ws.leads.list()), len(pb.read_leads(fair / "held.csv", quiet=True))) == (before, 1)
    assert pb.Mapping.from_json((fair / "used.json").read_text("utf-8")) == MAPPING
    assert run_json(capsys, "--apply")["written"]["succeeded"] == 1
    assert ws.leads.list(limit=1)["full_name"].tolist() == ["Ada Winterfeld"]
    assert run_json(capsys, "--apply")["rows"]["new"] == 0
    assert len(ws.leads.list()) == before + 1


def test_text_says_what_would_be_done_and_how(fair, capsys):
    assert main(["import", "fair.csv"]) == 0
    printed = capsys.readouterr()
    assert ("fair.csv" in printed.out, "--apply" in printed.err) == (True, True)
    assert ("intake.mapping" in printed.out, "--save-mapping" in printed.out) == (False, True)
    assert ("intake." in printed.out, "--held-back" in printed.out) == (False, True)
    assert "values of Tier are left out; in pb2b app, say what they stand for\n" in printed.out


def test_what_was_written_stands_below_what_became_of_the_rows(fair, capsys):
    assert main(["import", "fair.csv", "--mapping", "mapping.json", "--apply"]) == 3
    printed = capsys.readouterr().out
    assert ("1 to correct: --held-back" in printed, "Outcome" in printed, "intake." in printed) == (True, True, False)
    assert main(["import", "fair.csv", "--mapping", "mapping.json", "--held-back", "held.csv"]) == 0
    printed = capsys.readouterr().out
    assert ("1 to correct: held.csv has them" in printed, "--held-back" in printed) == (True, False)


def test_cells_that_do_not_fit_are_written_to_a_file(fair, capsys):
    (fair / "odd.csv").write_text("Name,Mail\nAda Winterfeld,ada@winterfeld.example\nBo Oak,bo@@oak\n", "utf-8")
    assert main(["import", "odd.csv"]) == 0
    assert "do not fit their field, 1: --set-aside set_aside.xlsx\n" in capsys.readouterr().out
    assert main(["import", "odd.csv", "--set-aside", "cells.csv"]) == 0
    assert "do not fit their field, 1: cells.csv has them\n" in capsys.readouterr().out
    assert pb.read_leads(fair / "cells.csv", quiet=True)["value"].tolist() == ["bo@@oak"]


def test_the_sheet_that_has_people_is_read_and_a_list_that_is_written_as_a_whole_is_exit_status_0(fair, capsys):
    notes = pd.DataFrame({"Notes": ["Booth 4"]})
    people = pd.DataFrame({"Name": ["Ida Kornfeld"], "Mail": ["ida@kornfeld.example"]})
    with pd.ExcelWriter(fair / "two.xlsx") as book:
        for name, frame in (("Notes", notes), ("Besucher", people)):
            frame.to_excel(book, sheet_name=name, index=False)
    assert main(["import", "two.xlsx", "--apply"]) == 0
    assert "'Besucher' of 2 sheets" in capsys.readouterr().out
    assert main(["import", "two.xlsx", "--sheet", "Notes"]) == 1
    assert capsys.readouterr().err.endswith("with --mapping FILE, or choose another sheet with --sheet 'Besucher'\n")


def test_a_list_is_read_from_a_pipe(fair, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(LIST.encode())))
    assert main(["import", "-", "--mapping", "mapping.json", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"]["broken"] == 1
    monkeypatch.setattr("sys.stdin", None)
    assert main(["import", "-"]) == 1
    assert "pipe a list" in capsys.readouterr().err


def test_a_row_that_was_not_surely_written_is_exit_status_3(fair, ws, capsys):
    for operation in ("leads.bulk_upsert", "leads.upsert", "leads.create"):
        ws.sandbox.faults.add(f"html {operation} status=403")
    people = pd.DataFrame({"full_name": ["Emil Sandmann"], "email": ["emil@sandmann.example"]})
    pb.save_leads(people, fair / "more.csv")
    try:
        assert main(["import", "more.csv", "--apply", "--json"]) == 3
    finally:
        ws.sandbox.faults.clear()
    assert json.loads(capsys.readouterr().out)["written"]["succeeded"] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none.csv"], "none.csv"),
        (["fair.csv", "--mapping", "none.json"], "pass the file of a mapping"),
        (["fair.csv", "--mapping", "fair.csv"], "pass a file that --save-mapping wrote"),
        (["fair.csv", "--recipe", "fair.csv"], "pass a file with the text of intake.recipe"),
        (["fair.csv", "--country", "Narnia"], "--country is not a country → write its ISO 3166 code: --country DE"),
        (["fair.csv", "--sheet", "Day 1"], "leave --sheet out"),
        (["fair.csv", "--save-mapping", "none/mapping.json"], "the folder 'none' does not exist"),
        (["fair.csv", "--save-mapping", "mapping.json"], "--overwrite"),
        (["fair.csv", "--held-back", "held.pdf"], "choose one of"),
        (["fair.csv", "--sandbox", "--profile", "acme"], "leave one of them out"),
    ],
)
def test_a_wrong_argument_is_one_line_with_its_repair(fair, arguments, message, capsys):
    assert main(["import", *arguments]) == 1
    printed = capsys.readouterr()
    assert (printed.out, message in printed.err, printed.err.count("\n")) == ("", True, 1)


def test_a_list_without_people_is_sent_to_where_companies_are_compared(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "firms.csv").write_text("Company,City\nNordlicht GmbH,Kiel\n", "utf-8")
    assert main(["import", "firms.csv", "--sandbox"]) == 0
    printed = capsys.readouterr().out
    assert "map a column of people with --mapping FILE; a list of companies is for pb.cleanup" in printed


def test_each_row_to_look_at_is_named_by_its_line_and_whom_it_may_be(fair, ws, capsys):
    known = ws.leads.create(full_name="Ada Bergfeld", email="ada@kornhof.example", company_name="Kornhof")
    rows = ["Ada Bergfald,bergfald@kornhof.example,Kornhof", ",,", "Bo Oak,,Oak", "Summe: 2,,", ",,Elm"]
    (fair / "seen.csv").write_text("\n".join(["Name,Mail,Firma", *rows]), "utf-8")
    assert main(["import", "seen.csv"]) == 0
    printed = capsys.readouterr().out
    assert "2 left out: 1 blank (line 3), 1 total, heading or note (line 5)\n" in printed
    assert f"\n  line 2: new ({known['id']}), created, though perhaps a known lead (" in printed
    assert "\n  line 6: broken, it has no email address" in printed
    assert main(["import", "seen.csv", "--json"]) == 0
    noticed = json.loads(capsys.readouterr().out)["look_at"]
    assert [(each["line"], each["state"], each["lead_id"]) for each in noticed] == [
        (2, "new", known["id"]), (3, "no_person", None), (5, "no_person", None), (6, "broken", None),
    ]  # fmt: skip


def test_people_without_a_name_wait_for_a_mapping(connected, ws, tmp_path, capsys):
    (tmp_path / "a.csv").write_text("E-Mail,Who\nada@fern.example,Ada Berg\nbo@fern.example,Bo Hale\n")
    assert main(["import", str(tmp_path / "a.csv"), "--apply"]) == 1
    assert capsys.readouterr().err.rstrip().endswith("pass it as --mapping")
