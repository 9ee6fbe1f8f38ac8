"""Decisions that a person writes into the file of held-back rows are followed when it comes back."""

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from pb2b_notebook.intake.written_decisions import DECISION, REASON_IN_FILE

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


def workspace():
    opened = pb.open_sandbox(leads=5)
    for lead in LEADS:
        opened.leads.create(lead)
    return opened


@pytest.fixture
def ws():
    with workspace() as opened:
        yield opened


@pytest.fixture(scope="module")
def unchanged_ws():
    """The same, to which nothing is sent."""
    with workspace() as opened:
        yield opened


def held_back(ws, path, words, library=pd):
    intake = ws.leads.intake(library.DataFrame(LIST), progress=False)
    assert intake.summary["doubtful"] == 2
    intake.apply(progress=False)
    intake.save_held_back(path)
    rows = pb.read_leads(path, frame="pandas")
    rows[DECISION] = words
    pb.save_leads(rows, path, overwrite=True)
    return ws.leads.intake(path, progress=False)


def test_rows_are_created_joined_or_left_out_as_the_file_says(ws, tmp_path):
    again = held_back(ws, tmp_path / "held.csv", ["create", "Same"])
    assert again.rows["state"].tolist() == ["new", "known"]
    assert DECISION not in again.source.columns
    again.apply(progress=False)
    leads = ws.leads.list(frame="polars")
    assert leads.filter(pl.col("company_name") == "Iber Norte").height == 2
    assert leads.filter(pl.col("company_name").str.contains("Kesko")).height == 1
    assert ws.leads.intake(tmp_path / "held.csv", progress=False).rows["state"].tolist() == ["known", "known"]


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


def test_no_word_creates_a_person_who_opted_out(unchanged_ws):
    people = pd.DataFrame(LIST).assign(held_back_because="", **{DECISION: ["create"] * 4})
    assert unchanged_ws.leads.intake(people, progress=False).rows["state"].tolist() == [
        "new",
        "new",
        "new",
        "opted_out",
    ]


def rows_with(ws, people, **words):
    decided = pd.DataFrame(people).assign(held_back_because="", **words)
    return [(verdict.state, verdict.reason) for verdict in ws.leads.intake(decided, progress=False).decided.verdicts]


@pytest.mark.parametrize(
    ("words", "row", "why"),
    [
        ({DECISION.title(): [None, "Uwe's cousin", "create", None]}, 1, "its decision has another word: write create"),
        ({"decision": ["crate", None, "create", None]}, 0, "its decision has another word, perhaps for create: "),
        ({DECISION: [None, "create", "create", None], f"{DECISION}.1": [None, "same", None, None]}, 1, "two decisions"),
        ({DECISION: [None, None, "same", None]}, 2, "it is to be the same person, and there is none whom it may be"),
        ({DECISION: [None, None, "gleich", "ja"]}, 2, "its decision has another word: write create"),
    ],
)
def test_a_row_whose_decision_is_not_clear_waits_with_the_reason_and_the_others_go_on(unchanged_ws, words, row, why):
    found = [*rows_with(unchanged_ws, LIST, **words)]
    assert [state for state, _ in found] == ["doubtful", "doubtful", "doubtful" if row == 2 else "new", "opted_out"]
    assert why in found[row][1]
    assert "cousin" not in found[row][1]
    assert all(why not in str(reason) for place, (_, reason) in enumerate(found) if place != row)


def test_two_columns_of_decisions_add_up(unchanged_ws):
    both = {DECISION: ["create", None, None, None], f"{DECISION}.1": ["create", "same", None, None]}
    assert [state for state, _ in rows_with(unchanged_ws, LIST, **both)] == ["new", "known", "new", "opted_out"]


def test_who_is_the_same_as_a_row_that_is_left_out_is_not_left_out_unsaid(unchanged_ws):
    name = {
        "Name": ["Eva Roca", "Eva Roca Díaz", "Bo Lund"],
        "Company": ["Sol"] * 3,
        "Email": ["eva@sol.example", "er@sol.example", "bo@lund.example"],
    }
    left_out, waits, new = rows_with(unchanged_ws, name, **{DECISION: ["leave out", "same", "create"]})
    assert (left_out[0], waits[0], new[0]) == ("left_out", "doubtful", "new")
    assert "it is to be the same person as row 1, which is to be left out" in waits[1]
    states = [state for state, _ in rows_with(unchanged_ws, name, **{DECISION: ["leave out", "create", None]})]
    assert states == ["left_out", "new", "new"]


def test_who_is_created_by_a_decision_is_not_the_lead_that_the_row_waited_for(ws):
    """The lead of Herr de Wolf has no salutation, so that nothing but the decision keeps Frau de Wolf apart."""
    of_both = {"Name": ["Kim de Wolf"] * 2, "Company": ["Wolf"] * 2, "Phone": ["+31205550100"] * 2}
    people = {"Anrede": ["Herr", "Frau"], **of_both, "Email": ["kim.dewolf@wolf.example", "kdewolf@wolf.example"]}
    intake = ws.leads.intake(pd.DataFrame(people), progress=False)
    assert intake.rows["state"].tolist() == ["new", "doubtful"]
    intake.apply(progress=False)
    wife = {name: values[1:] for name, values in people.items()}
    for decision, state in (("same", "known"), ("create", "new"), (None, "doubtful")):
        assert [state for state, _ in rows_with(ws, wife, **{DECISION: [decision]})] == [state]
    again = pd.DataFrame(wife).assign(held_back_because="", **{DECISION: ["create"]})
    ws.leads.intake(again, progress=False).apply(progress=False)
    assert ws.leads.intake(again, progress=False).rows["state"].tolist() == ["known"]


def test_who_is_to_be_the_same_as_a_lead_that_is_gone_waits(ws):
    of_both = {"Name": ["Kim de Wolf"] * 2, "Company": ["Wolf"] * 2, "Phone": ["+31205550100"] * 2}
    people = {"Anrede": ["Herr", "Frau"], **of_both, "Email": ["kim.dewolf@wolf.example", "kdewolf@wolf.example"]}
    ws.leads.intake(pd.DataFrame(people), progress=False).apply(progress=False)
    ws.leads.delete(ws.leads.list(email="kim.dewolf@wolf.example")["id"].item())
    [(state, reason)] = rows_with(ws, {name: values[1:] for name, values in people.items()}, **{DECISION: ["same"]})
    assert (state, "write create" in reason) == ("doubtful", True)


def test_who_is_to_be_the_same_as_each_of_several_leads_waits_with_the_reason(ws):
    ws.leads.create({**LEADS[0], "email": "a.garcia@iber-norte.example"})
    row = {"Name": ["Ana García López"], "Company": ["Iber Norte"], "Second": ["ana@iber-norte.example"]}
    row |= {"Third": ["a.garcia@iber-norte.example"]}
    [(state, reason)] = rows_with(ws, row, **{DECISION: ["same"]})
    assert (state, "may be each of several" in reason) == ("doubtful", True)


def test_a_name_of_several_people_is_created_by_a_decision_and_not_if_one_opted_out(unchanged_ws):
    names = ["Eva und Max Roth", "Uwe und Ida Beil"]
    people = {"Name": names, "Company": ["Roth", "Beil"], "Email": ["info@roth.example", "uwe@beil.example"]}
    states = [state for state, _ in rows_with(unchanged_ws, people, **{DECISION: ["create", "create"]})]
    assert states == ["new", "opted_out"]


def test_a_decision_holds_for_the_list_itself_until_it_is_taken_back(ws, tmp_path):
    again = held_back(ws, tmp_path / "held.xlsx", ["leave out", "same"])
    again.apply(progress=False)

    def states():
        return ws.leads.intake(pd.DataFrame(LIST), progress=False).rows["state"].tolist()

    assert states() == ["left_out", "known", "known", "opted_out"]
    assert not ws.leads.intake(pd.DataFrame(LIST), progress=False).plan.cost.requests
    lead_id = again.rows["lead_id"].tolist()[1]
    chosen = ws.leads.intake(pd.DataFrame(LIST), different=[[1, lead_id]], progress=False)
    assert chosen.rows["state"].tolist() == ["left_out", "new", "known", "opted_out"]
    ws.leads.update(lead_id, status="unsubscribed")
    assert states() == ["left_out", "opted_out", "known", "opted_out"]
    again.undo()
    assert states() == ["doubtful", "opted_out", "known", "opted_out"]


def test_a_column_of_the_list_that_is_named_decision_is_its_own(unchanged_ws):
    people = pd.DataFrame(LIST).assign(held_back_because="", Decision=["Hired", None, "Declined", None])
    assert "Decision" in unchanged_ws.leads.intake(people, progress=False).source.columns
    decided = people.assign(**{DECISION: [None, None, None, "leave out"]})
    assert "Decision" in unchanged_ws.leads.intake(decided, progress=False).source.columns


REMARKS = {
    "Name": ["Ida Moss", "Jon Fell", "Kim Rand", "Uwe Beil", "Leo Varn", "Ana García"],
    "Company": ["Moss", "Fell", "Rand", "Beil", "Varn", "Iber Norte"],
    "Email": [
        *("ida@moss.example", "jon@fell.example", "kim@rand.example", "u.beil@beil.example", "leo@varn.example"),
        "agarcia@iber-norte.example",
    ],
    "Remark": ["fed up with our mails"] * 6,
    "Opted out": [None, None, None, None, "yes", None],
}


def test_a_remark_that_may_be_a_refusal_is_settled_in_the_file_and_a_clear_refusal_is_not(ws, tmp_path):
    path = tmp_path / "held.xlsx"
    people = pd.DataFrame(REMARKS)
    people["Remark"] = [f"{text} {row}" for row, text in enumerate(people["Remark"])]
    intake = ws.leads.intake(people, progress=False)
    assert intake.summary["opted_out"] == 6
    intake.apply(progress=False)
    intake.save_held_back(path)
    rows = pb.read_leads(path, frame="pandas")
    assert rows["Name"].tolist() == ["Ida Moss", "Jon Fell", "Kim Rand", "Ana García"]
    assert "perhaps a known lead" in rows["held back because"].tolist()[-1]
    rows[DECISION] = ["create", "leave out", "same", "create"]
    pb.save_leads(rows, path, overwrite=True)
    again = ws.leads.intake(path, progress=False)
    assert again.rows["state"].tolist() == ["new", "left_out", "opted_out", "new"]
    assert "there is none" in again.rows["reason"].tolist()[2]
    again.apply(progress=False)
    assert ws.leads.intake(path, progress=False).rows["state"].tolist() == ["known", "left_out", "opted_out", "known"]
    assert ws.leads.intake(people, progress=False).summary["new"] == 0
    undecided = people.assign(held_back_because="", **{DECISION: ["create"] * 6})
    states = ws.leads.intake(undecided, progress=False).rows["state"].tolist()
    assert (states[3], states[4]) == ("opted_out", "opted_out")
    clear = people[:1].assign(**{"Remark": None, "Opted out": "yes"})
    gone = people[:1].assign(Remark=None, Status="unsubscribed")
    for rows in ([people[:1], clear], [clear, people[:1]], [people[:1], gone]):  # another row of the person is clear
        both = pb.open_sandbox(leads=0).leads.intake(pd.concat(rows, ignore_index=True), progress=False)
        assert (both.summary["opted_out"], len(both.held_back)) == (2, 0)


ORDINARY = [
    "met at the fair in May", "asked for a price", "wants a demo in autumn", "knows our dealer", "has two sites",
    "sent the catalogue", "will be back in June", "met her boss", "new in the job", "buys in spring",
]  # fmt: skip

MORE = [f"{note} {when}" for note in ORDINARY for when in ("again", "once more", "today", "soon", "perhaps", "as ever")]


@pytest.mark.parametrize(
    ("column", "cells", "waiting"),
    [
        ("Anything else?", [*ORDINARY, *["would rather not get our things any longer"] * 2, "delete my data"], 2),
        ("Talk", [*MORE, *["would rather not get our things any longer"] * 10], 10),  # of the file, all rows
        ("GDPR", [*["yes"] * 9, "no", "perhaps", "perhaps"], 2),  # the file has no yes and no no
    ],
)
def test_the_file_of_held_back_rows_creates_no_row_as_it_is(tmp_path, column, cells, waiting):
    people = pd.DataFrame({"Email": [f"person{row}@firm{row}.example" for row in range(len(cells))], column: cells})
    with pb.open_sandbox(leads=0) as ws:
        intake = ws.leads.intake(people, progress=False)
        assert len(intake.held_back) == waiting
        intake.save_held_back(tmp_path / "held.csv")
    with pb.open_sandbox(leads=0) as ws:  # also on a machine that does not know the list
        again = ws.leads.intake(tmp_path / "held.csv", progress=False)
        assert again.rows["state"].tolist() == ["opted_out"] * waiting
        rows = pb.read_leads(tmp_path / "held.csv", frame="pandas").assign(**{column: "yes"})
        assert ws.leads.intake(rows, progress=False).summary["new"] == waiting


WAITS = {
    "Name": ["Ana García", "Petra Kuhn", "Eva Roca", "Eva Roca Díaz", None, "Per Dahl"],
    "Company": ["Iber Norte", "Roth AG", "Sol", "Sol", "Nix", "Dahl"],
    "Email": [
        "agarcia@iber-norte.example", "ana@iber-norte.example", "eva@sol.example", "er@sol.example", None,
        "per@dahl.example",
    ],
    "Consent": ["yes"] * 5 + ["hmm maybe"],
    "Visited": [True] * 6,
    "Phone": ["+4930901820", "+4930901821", "+4930901822", "+4930901823", None, "+4930901824"],
    "Since": pd.to_datetime(["2024-01-31"] * 6),
    "Share": [0.5] * 6,
}  # fmt: skip


@pytest.fixture(scope="module")
def waiting(unchanged_ws, tmp_path_factory):
    """The file of the rows of :data:`WAITS` that are held back."""
    intake = unchanged_ws.leads.intake(pd.DataFrame(WAITS), progress=False)
    assert [state for state in intake.rows["state"] if state != "new"] == [*["doubtful"] * 3, "broken", "opted_out"]
    path = tmp_path_factory.mktemp("waiting") / "held.xlsx"
    intake.save_held_back(path)
    return path


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.drop(columns="Consent"),
        lambda rows: rows.drop(columns=["Consent", "Company", "Since"]),
        lambda rows: rows.drop(columns="Email"),
        lambda rows: rows.drop(columns="Share"),
        lambda rows: rows.rename(columns={"Consent": "Newsletter?", "Email": "E-Mail"}),
        lambda rows: rows.drop(columns=REASON_IN_FILE),
        lambda rows: rows.drop(columns=[REASON_IN_FILE, "Consent", "Since"]),
        lambda rows: rows.drop(columns=[REASON_IN_FILE, DECISION]),
        lambda rows: rows.drop(columns=[REASON_IN_FILE, DECISION, "Consent", "Share"]).iloc[::-1],
        lambda rows: rows.drop(columns=[REASON_IN_FILE, DECISION, "Consent", "Email"]),
        lambda rows: rows.drop(columns=[REASON_IN_FILE, DECISION, "Consent", "Phone"]).rename(columns={"Email": "@"}),
        lambda rows: rows.drop(columns=[REASON_IN_FILE, DECISION, "Consent"]).assign(Since="x", Ok=range(5)),
        lambda rows: rows.iloc[::-1].assign(Visited="TRUE", Phone=rows["Phone"].str[1:]),
        lambda rows: rows.assign(Since="31.01.2024", Share="0,50"),
        lambda rows: rows.rename(columns={REASON_IN_FILE: "zurückgehalten, weil", DECISION: "Entscheidung"}),
    ],
)
def test_no_row_of_a_file_is_created_as_it_lost_what_its_reason_is_about(unchanged_ws, waiting, tmp_path, change):
    ws, path = unchanged_ws, tmp_path / "changed.csv"
    pb.save_leads(change(pb.read_leads(waiting, frame="pandas")), path)
    again = ws.leads.intake(path, progress=False)
    assert (again.summary["new"], again.summary["known"], len(again.held_back)) == (0, 0, 5)
    pb.save_leads(again.file_of_held_back(), path, overwrite=True)  # and again without what it lost
    assert ws.leads.intake(path, progress=False).summary["new"] == 0


def test_a_row_that_lost_a_column_is_created_by_a_decision_and_a_corrected_one_as_it_is(unchanged_ws, waiting):
    ws, rows = unchanged_ws, pb.read_leads(waiting, frame="pandas")
    decided = rows.drop(columns="Consent").assign(**{DECISION: ["create", None, "create", None, "create"]})
    decided.loc[3, "Email"] = "office@nix.example"  # what its reason asks for
    again = ws.leads.intake(decided, progress=False)
    assert again.rows["state"].tolist() == ["new", "doubtful", "new", "new", "new"]


def test_a_file_without_reasons_is_judged_by_itself_where_it_was_corrected_or_allowed(unchanged_ws, waiting):
    ws = unchanged_ws
    rows = pb.read_leads(waiting, frame="pandas").drop(columns=[REASON_IN_FILE, DECISION, "Consent"])
    rows.loc[2, ["Name", "Email"]] = ["Ines Paz", "ines@sol.example"]
    again = ws.leads.intake(rows, progress=False)
    assert again.rows["state"].tolist() == ["doubtful", "doubtful", "new", "broken", "doubtful"]
    assert again.change(allow=[4]).rows["state"][4] == "new"
    others = pd.DataFrame(WAITS).assign(Email=[f"other{row}@sol.example" for row in range(6)], Name=[*"ABCDEF"])
    next_list = pd.concat([rows.head(1), others, others.assign(Email="x@sol.example")], ignore_index=True)
    assert "neither the reason" not in str(ws.leads.intake(next_list, progress=False).rows["reason"][0])


def test_a_remark_that_is_left_in_a_file_without_reasons_is_settled_by_its_words(ws, tmp_path):
    ws.leads.intake(pd.DataFrame(WAITS), progress=False).save_held_back(tmp_path / "held.csv")
    rows = pb.read_leads(tmp_path / "held.csv", frame="pandas").drop(columns=[REASON_IN_FILE, DECISION])
    assert ws.leads.intake(rows, progress=False).rows["state"][4] == "opted_out"
    ws.explain_statuses(harmless=["hmm maybe"])
    assert ws.leads.intake(rows, progress=False).rows["state"][4] == "new"
