"""Decisions that a person writes into the file of held-back rows are followed when it comes back."""

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from pb2b_notebook.intake.written_decisions import DECISION

LEADS = [
    {"full_name": "Ana García López", "company_name": "Iber Norte", "email": "ana@iber-norte.example"},
    {"full_name": "Päivi Hämäläinen-Korhonen", "company_name": "Kesko Oy", "email": "paivi@kesko.example"},
    {"full_name": "Uwe Beil", "company_name": "Beil", "email": "uwe@beil.example", "status": "unsubscribed"},
]
LIST = {
    "Name": ["Ana García", "Päivi Hämäläinen", "Bo Lund", "Uwe Beil"],
    "Company": ["Iber Norte", "Kesko", "Lund", "Beil"],
    "Email": ["agarcia@iber-norte.example", "ph@kesko.example", "bo@lund.example", "u.beil@beil.example"],
}


@pytest.fixture
def ws():
    with pb.open_sandbox(leads=5) as workspace:
        for lead in LEADS:
            workspace.leads.create(lead)
        yield workspace


def held_back(ws, path, words, library=pd):
    intake = ws.leads.intake(library.DataFrame(LIST), progress=False)
    assert intake.summary["doubtful"] == 2
    intake.apply(progress=False)
    intake.save_held_back(path)
    rows = pb.read_leads(path, frame="pandas")
    rows[DECISION] = words
    pb.save_leads(rows, path, overwrite=True)
    return ws.leads.intake(path, progress=False)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_rows_are_created_joined_or_left_out_as_the_file_says(ws, tmp_path, suffix):
    again = held_back(ws, tmp_path / f"held.{suffix}", ["create", "Same"])
    assert again.rows["state"].tolist() == ["new", "known"]
    assert DECISION not in again.source.columns
    again.apply(progress=False)
    leads = ws.leads.list(frame="polars")
    assert leads.filter(pl.col("company_name") == "Iber Norte").height == 2
    assert leads.filter(pl.col("company_name").str.contains("Kesko")).height == 1
    assert ws.leads.intake(tmp_path / f"held.{suffix}", progress=False).rows["state"].tolist() == ["known", "known"]


def test_a_row_that_is_left_out_is_not_sent_and_a_blank_one_waits(ws, tmp_path):
    again = held_back(ws, tmp_path / "held.csv", ["leave_out", None], pl)
    assert [*again.rows["state"]] == ["left_out", "doubtful"]


def test_a_row_in_doubt_about_another_row_is_created_beside_it(ws, tmp_path):
    people = pd.DataFrame(
        {
            "Name": ["Eva Roca", "Eva Roca Díaz"],
            "Company": ["Sol", "Sol"],
            "Email": ["eva@sol.example", "er@sol.example"],
        }
    )
    intake = ws.leads.intake(people, progress=False)
    assert intake.rows["state"].tolist() == ["new", "doubtful"]
    for decision, states in (("create", ["new", "new"]), ("same", ["new", "duplicate"])):
        decided = people.assign(held_back_because="", **{DECISION: [None, decision]})
        assert ws.leads.intake(decided, progress=False).rows["state"].tolist() == states


def test_no_word_creates_a_person_who_opted_out(ws):
    people = pd.DataFrame(LIST).assign(held_back_because="", **{DECISION: ["create"] * 4})
    assert ws.leads.intake(people, progress=False).rows["state"].tolist() == ["new", "new", "new", "opted_out"]


def test_another_word_is_refused_without_showing_it(ws):
    people = pd.DataFrame(LIST).assign(held_back_because="", **{DECISION.title(): [None, "Uwe's cousin", None, None]})
    with pytest.raises(pb.errors.InvalidParameterError, match="row 2 has another word") as caught:
        ws.leads.intake(people, progress=False)
    assert "cousin" not in str(caught.value)


def test_a_misspelled_word_is_refused_with_the_word_that_it_is_like(ws):
    people = pd.DataFrame(LIST).assign(held_back_because="", decision=["crate", None, None, None])
    with pytest.raises(pb.errors.InvalidParameterError, match=r"row 1 has another word in .*, perhaps for create"):
        ws.leads.intake(people, progress=False)


def test_two_columns_of_decisions_add_up_and_two_decisions_about_a_row_are_refused(ws):
    people = pd.DataFrame(LIST).assign(held_back_because="")
    both = people.assign(**{DECISION: ["create", None, None, None], f"{DECISION}.1": ["create", "same", None, None]})
    assert ws.leads.intake(both, progress=False).rows["state"].tolist() == ["new", "known", "new", "opted_out"]
    both.iloc[1, -2] = "create"
    with pytest.raises(pb.errors.InvalidParameterError, match="row 2 has two decisions, 'create' and 'same'"):
        ws.leads.intake(both, progress=False)


def test_who_is_the_same_as_a_row_that_is_left_out_is_not_left_out_unsaid(ws):
    name = {
        "Name": ["Eva Roca", "Eva Roca Díaz"],
        "Company": ["Sol"] * 2,
        "Email": ["eva@sol.example", "er@sol.example"],
    }
    people = pd.DataFrame(name).assign(held_back_because="", **{DECISION: ["leave out", "same"]})
    with pytest.raises(
        pb.errors.InvalidParameterError, match="row 2 is to be the same person as row 1, which is to be"
    ):
        ws.leads.intake(people, progress=False)
    people[DECISION] = ["leave out", "create"]
    assert ws.leads.intake(people, progress=False).rows["state"].tolist() == ["left_out", "new"]


def test_who_is_the_same_as_no_one_is_not_created_unasked(ws):
    people = pd.DataFrame(LIST).assign(held_back_because="", **{DECISION: [None, None, "same", None]})
    with pytest.raises(pb.errors.InvalidParameterError, match="row 3 is to be the same person, and there is none"):
        ws.leads.intake(people, progress=False)


def test_a_column_of_the_list_that_is_named_decision_is_its_own(ws):
    people = pd.DataFrame(LIST).assign(held_back_because="", Decision=["Hired", None, "Declined", None])
    assert "Decision" in ws.leads.intake(people, progress=False).source.columns
    decided = people.assign(**{DECISION: [None, None, None, "leave out"]})
    assert "Decision" in ws.leads.intake(decided, progress=False).source.columns
