"""Choices about a list come back with its content, and ``ws.forget`` leaves no byte of what a person typed."""

import hashlib
import stat
from datetime import UTC, datetime, timedelta

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from pb2b_notebook.cache import cache_folder
from pb2b_notebook.intake.choices import Choices
from pb2b_notebook.intake.decisions import Verdict
from pb2b_notebook.intake.kept_choices import KeptChoices
from pb2b_notebook.journal import Journal
from pb2b_notebook.mapping import Mapping

LIST = {"Name": ["Ida Korn", "Uwe Beil"], "E-Mail": ["ida@korn.example", "uwe@beil.example"], "Tier": ["heiß", "kalt"]}


@pytest.fixture
def ws(tmp_path, monkeypatch):
    """A workspace whose journal is a file."""
    monkeypatch.setenv("PB2B_CACHE_DIR", str(tmp_path / "cache"))
    with pb.open_sandbox(leads=5, db=tmp_path / "demo.sqlite3", rate_limit=1_000_000) as ws:
        yield ws


def files_with(word):
    return [path.name for path in cache_folder().rglob("*") if path.is_file() and word.encode() in path.read_bytes()]


def kept(intake):
    return intake.workspace.kept(intake.source)


def test_choices_come_back_with_the_same_content_and_not_with_another(ws):
    intake = ws.leads.intake(pl.DataFrame(LIST))
    mapping = intake.mapping.with_column("Tier", "tier").with_values("Tier", {"heiß": "A"})
    kept(intake).keep(intake.change(mapping=mapping, country="DE", different=[[0, 1]]).choices)
    again = ws.leads.intake(pl.DataFrame(LIST))
    restored = kept(again).restore(again)
    assert (restored.mapping, restored.choices.country, restored.choices.different) == (mapping, "DE", ((0, 1),))
    other = ws.leads.intake(pl.DataFrame(LIST).head(1))
    assert kept(other).restore(other) is None
    kept(again).drop()
    assert kept(again).restore(again) is None


def test_only_the_owner_reads_the_file_and_no_cell_of_the_list_is_in_it(ws):
    intake = ws.leads.intake(pd.DataFrame(LIST))
    kept(intake).keep(intake.change(country="DE").choices)
    [name] = files_with("pb2b_intake")
    path = next(cache_folder().rglob(name))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [word for word in ("Ida", "Korn", "uwe@beil.example") if files_with(word)] == []


def test_forgetting_anyone_leaves_no_byte_of_values_that_a_person_typed(ws):
    intake = ws.leads.intake(pl.DataFrame(LIST))
    typed = intake.mapping.with_values("Name", {"Ida Korn": "Idamaria Kornfeld"})
    kept(intake).keep(intake.change(mapping=typed).choices)
    assert files_with("Kornfeld")
    plan = ws.forget("ida@korn.example")  # a name alone does not show that it is about her
    assert [(place.place, place.rows) for place in plan.places] == [("journal", 1)]
    plan.apply()
    assert files_with("Kornfeld") == files_with("korn") == []
    assert kept(intake).restore(intake) is None


def test_forgetting_a_lead_leaves_choices_about_other_leads(ws):
    first, second = ws.leads.list()["id"].tolist()[:2]
    lists = [ws.leads.intake(pl.DataFrame(LIST).head(count)) for count in (1, 2)]
    for intake, lead_id in zip(lists, (first, second), strict=True):
        kept(intake).keep(intake.change(same=[[0, lead_id]]).choices)
    ws.forget(first).apply()
    assert [kept(intake).restore(intake) is None for intake in lists] == [True, False]


def test_a_column_of_objects_is_not_part_of_the_content(ws):
    people = pl.DataFrame(LIST)
    odd = people.with_columns(pl.Series("odd", [object(), object()], dtype=pl.Object))
    kept(ws.leads.intake(people, existing="skip", progress=False)).keep(
        ws.leads.intake(people, existing="skip", progress=False).choices
    )
    assert kept(ws.leads.intake(odd, progress=False)).restore(ws.leads.intake(odd, progress=False)) is not None


WAITED = [Verdict("doubtful"), Verdict("new"), Verdict("opted_out"), Verdict("duplicate", same_as=2), Verdict("broken")]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_row_that_comes_back_untouched_waits_whatever_else_is_in_the_file(ws, tmp_path, suffix):
    people = pd.DataFrame({
        "Name": ["Ida Korn", "Uwe Beil", "Ana Sol", "Ana  Sol", None], "Tel": ["=030", "+49 30", None, " x", None],
        "Size": [7, None, 0.5, 1, None],
    })  # fmt: skip
    kept(ws.leads.intake(people)).keep_waiting(WAITED)
    shuffled = people.iloc[[3, 0, 1, 2]][["Size", "Tel", "Name"]]
    assert kept(ws.leads.intake(shuffled)).waiting_rows() == {0: "opted_out", 1: "doubtful", 3: "opted_out"}
    back = ws.leads.intake(pb.save_leads(people.iloc[[0, 2]], tmp_path / f"back.{suffix}").path)
    assert kept(back).waiting_rows() == {0: "doubtful", 1: "opted_out"}
    corrected = people.assign(Name=["Ida Kern", *people["Name"][1:]])
    assert kept(ws.leads.intake(corrected)).waiting_rows() == {2: "opted_out", 3: "opted_out"}
    kept(ws.leads.intake(people.head(1))).keep_waiting([Verdict("new")])  # by a person's choice
    assert kept(ws.leads.intake(people)).waiting_rows() == {2: "opted_out", 3: "opted_out"}


def test_rows_that_were_only_held_back_wait_in_their_file_and_not_in_their_list(ws):
    intake = ws.leads.intake(pd.DataFrame(LIST))
    kept(intake).keep_for_held_back(intake.choices, "mixed", [Verdict("doubtful"), Verdict("new")])
    assert kept(intake).waiting_rows() == {}
    assert kept(intake).waiting_rows(were_held_back=True) == {0: "doubtful"}
    held_back = ws.leads.intake(pd.DataFrame(LIST).assign(held_back_because="it may be Uwe Beil"))
    assert held_back.rows["state"].tolist() == ["doubtful", "new"]


def test_held_back_rows_are_kept_for_a_month_though_other_lists_come():
    day, journal = [datetime(2026, 1, 1, tzinfo=UTC)], Journal(None)
    first, second = (pd.DataFrame({"Name": [name]}) for name in ("Ida Korn", "Uwe Beil"))

    def kept_of(source):
        return KeptChoices(journal, "a workspace", lambda: day[0], source)

    for people in (first, second):
        kept_of(people).keep_for_held_back(
            Choices(mapping=Mapping({"Name": "full_name"})), "mixed", [Verdict("doubtful")]
        )
        day[0] += timedelta(days=20)
    assert [kept_of(people.set_axis(["Who"], axis=1)).rows_held_back() for people in (first, second)] == [[], [0]]


def test_rows_that_were_held_back_wait_though_another_person_is_forgotten(ws):
    people = pd.DataFrame({"Name": ["Ida Korn"], "E-Mail": ["ida@korn.example"]})
    intake = ws.leads.intake(people)
    kept(intake).keep_for_held_back(intake.change(mapping=intake.mapping).choices, "mixed", [Verdict("doubtful")])
    renamed = ws.leads.intake(people.set_axis(["Who", "Where"], axis=1))
    assert kept(renamed).rows_held_back() == [0]
    ws.forget(ws.leads.list()["id"].iloc[0]).apply()
    assert kept(renamed).rows_held_back() == [0]
    assert files_with(hashlib.sha256(b"ida@korn.example").hexdigest()[:12]) == []


def test_a_row_that_was_created_does_not_wait_with_the_row_that_it_is_like(ws):
    people = {
        "Name": ["Paul Marty (père)", "Paul Marty (fils)"],
        "E-Mail": ["p@marty.example"] * 2,
        "Firma": ["Marty"] * 2,
    }
    ws.leads.intake(pd.DataFrame(people), progress=False).apply(progress=False)
    assert ws.leads.intake(pd.DataFrame(people), progress=False).rows["state"].to_list() == ["known", "doubtful"]
