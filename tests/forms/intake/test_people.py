"""The people of the list: shown with what they are, and changed by a choice only."""

import pandas as pd
import polars as pl
import pytest

from pb2b_notebook.forms.intake import people
from pb2b_notebook.intake.decisions import Verdict, percent


@pytest.fixture(scope="module")
def table(intake):
    return people.people_of(intake)


def test_every_row_is_shown_with_its_state_and_what_needs_a_look_comes_first(intake, table):
    assert table.height == len(intake) == 300
    assert people.counts_of(intake) == {"new": 256, "known": 14, "duplicate": 20, "opted_out": 6, "broken": 4}
    assert table.sort("rank")["state"].to_list()[:10] == ["broken"] * 4 + ["opted_out"] * 6


def test_known_and_opted_out_people_name_the_lead_that_they_are(table):
    assert table.filter(table["state"].is_in(["known", "opted_out"]))["other"].null_count() == 0
    assert table["other"][256] == f"line 2: {table['who'][0]}"  # as a spreadsheet numbers it
    assert table["line"][0] == "line 2"
    assert table["reason"][256]  # why it is twice in the list


def test_a_choice_for_a_person_who_opted_out_is_needed_and_can_be_taken_back(intake):
    created = people.apply_choices(intake, {290: "create"})
    assert created.plan.summary["create"] == intake.plan.summary["create"] + 1
    assert people.people_of(created)["choice"][290] == "create"
    assert people.apply_choices(created, {290: "wait"}).plan.summary["create"] == intake.plan.summary["create"]


def test_only_what_can_be_decided_is_offered(intake):
    offered = {state: set() for state in people.LABELS}
    for row, (verdict, _) in enumerate(intake.verdicts):
        offered[verdict.state].add(tuple(choice for _, choice in people.options_of(row, verdict)))
    assert offered["new"] == offered["broken"] == {("wait", "leave_out")}
    perhaps = people.options_of(0, Verdict("new", "perhaps", "lead_1"))
    assert [choice for _, choice in perhaps] == ["wait", "same", "different", "leave_out"]
    assert offered["opted_out"] == {("wait", "create")}
    assert offered["duplicate"] == offered["known"] == {("wait", "same", "different", "leave_out")}


def test_any_person_can_be_left_out_alone_or_all_that_are_found_and_taken_back(intake):
    rows = [0, 256, 20]  # a new person, who is also row 256, and another one
    assert intake.verdicts[256][0].same_as == 0
    out = people.apply_choices(intake, people.choices_for_all(intake, [0, 20], "not sent"))
    assert [out.verdicts[row][0].state for row in rows] == ["left_out"] * 3  # the person, not only the row
    assert out.summary["left_out"] == 3
    assert out.plan.summary["create"] == intake.plan.summary["create"] - 2
    assert len(out.held_back) == len(intake.held_back)  # nothing to correct
    assert people.people_of(out)["choice"].to_list()[:21:20] == ["leave_out", "leave_out"]
    every = people.choices_for_all(intake, range(len(intake)), "not sent")
    assert people.apply_choices(intake, every).plan.cost.requests == 0
    back = people.apply_choices(out, people.choices_for_all(out, rows, people.FOR_ALL[-1]))
    assert back.choices.leave_out == ()
    assert back.summary == intake.summary


@pytest.fixture(scope="module")
def doubtful(space):
    """Two rows with one address and different names."""
    return space.leads.intake(
        pd.DataFrame(
            {
                "full_name": ["Klaus Peter Ahornfeld", "Klaus Dieter Ahornfeld"],
                "email": ["klaus@ahornfeld.example"] * 2,
                "phone": ["+49 30 90187701"] * 2,
            },
            index=["a", "b"],
        ),
        progress=False,
    )


def test_a_doubtful_pair_is_one_person_or_two_by_a_choice(doubtful):
    assert doubtful.rows["state"].tolist() == ["new", "doubtful"]
    one = people.apply_choices(doubtful, {1: "same"})
    assert one.rows["state"].tolist() == ["new", "duplicate"]
    assert one.plan.summary["create"] == 1
    assert people.choices_made(one) == {1: "same"}
    assert people.apply_choices(one, {1: "wait"}).choices.same == ()
    assert people.apply_choices(one, {1: "different"}).choices.same == ()


def test_new_people_with_a_remark_are_listed_apart_and_found_by_its_words(space):
    listed = pd.DataFrame({"E-Mail": ["ada@note.example", "bea@note.example"], "Notes": ["meet her in May", None]})
    intake = space.leads.intake(listed, progress=False)
    shown = people.people_of(intake)
    assert shown["shown"].to_list() == ["remark", "new"]
    assert people.display_counts(intake) == {"new": 1, "remark": 1}
    assert "her in may" in shown["text"][0].lower()
    assert dict(people.options_of(0, intake.verdicts[0][0]))["not sent"] == "leave_out"


def test_rows_that_wait_for_a_remark_are_counted_apart_from_those_who_refused(space):
    """What is shown as to be decided or corrected is what the file of held-back rows has."""
    remarks = {"bea": "ya no trabaja allí", "cy": None, "di": "unsubscribe me"}
    listed = pd.DataFrame(
        {
            "Nombre": ["Bea Urrutia", "Cy Zabala", "Di Olano"],
            "E-Mail": [f"{name}@olano.example" for name in remarks],
            "Observaciones": remarks.values(),
        }
    )
    intake = space.leads.intake(listed, progress=False)
    shown, counts = people.people_of(intake), people.display_counts(intake)
    assert counts.keys() == {"new", "opted_out", "unclear"}
    assert counts["unclear"] == len(intake.to_settle) == len(intake.held_back)
    assert shown.sort("rank")["shown"][0] == "unclear"
    waiting = min(intake.to_settle)
    assert people.apply_choices(intake, {waiting: "create"}).rows["state"].iloc[waiting] == "new"


def test_of_two_people_with_one_address_one_is_left_out_and_the_other_sent(doubtful):
    apart = people.apply_choices(doubtful, {1: "different"})
    assert apart.rows["state"].tolist() == ["new", "doubtful"]
    assert "leave one of them out, or give it another address" in apart.rows["reason"].iloc[1]
    shown = people.people_of(apart)  # there is nothing left to decide, and the reason says where to correct it
    assert (shown["shown"][1], people.display_counts(apart)) == ("broken", {"new": 1, "broken": 1})
    assert "step 5" in shown["reason"][1]
    assert people.apply_choices(apart, {0: "leave_out"}).rows["state"].tolist() == ["left_out", "new"]
    assert people.apply_choices(apart, {1: "leave_out"}).rows["state"].tolist() == ["new", "left_out"]


@pytest.fixture(scope="module")
def two_candidates(space):
    """Edward, Edmund, and Eddie, who may be either of them."""
    people = {"full_name": ["Edward Roth", "Edmund Roth", "Eddie Roth"], "company_name": ["Roth & Co"] * 3}
    contact = {"email": ["edward@roth.example", "edmund@roth.example", None], "phone": ["+49301234567"] * 3}
    return space.leads.intake(pd.DataFrame(people | contact, index=["a", "b", "c"]), progress=False)


def test_a_row_that_two_others_fit_shows_both_and_no_button_for_all_chooses(two_candidates):
    assert two_candidates.rows["state"].tolist() == ["new", "new", "doubtful"]
    verdict = two_candidates.verdicts[2][0]
    assert people.candidates(verdict) == [0, 1]
    assert [choice for _, choice in people.options_of(2, verdict)][1:4] == [
        "same as row 0",
        "same as row 1",
        "different",
    ]
    assert [line[:6] for line in people.people_of(two_candidates)["other"][2].split("\n")] == ["1: row", "2: row"]
    assert people.sure_merges(two_candidates) == people.choices_for_all(two_candidates, [2], "one person") == {}
    assert two_candidates.held_back["held_back_because"].iloc[0].count("@roth.example") == 2


def test_no_button_for_all_merges_two_people_who_fit_one_row(space):
    people_of_one = {"full_name": ["Eddie Roth", "Edward Roth", "Edmund Roth"], "company_name": ["Roth & Co"] * 3}
    contact = {"email": [None, "edward@roth.example", "edmund@roth.example"], "phone": ["+49301234567"] * 3}
    waiting = space.leads.intake(pd.DataFrame(people_of_one | contact), progress=False)
    assert waiting.rows["state"].tolist() == ["new", "doubtful", "doubtful"]
    assert people.sure_merges(waiting) == people.choices_for_all(waiting, [1, 2], "one person") == {}
    chosen = people.apply_choices(waiting, {2: "same"})
    assert chosen.rows["state"].tolist() == ["new", "new", "duplicate"]


@pytest.mark.parametrize("chosen", [0, 1])
def test_a_choice_between_two_people_joins_the_chosen_one_and_leaves_the_other_alone(two_candidates, chosen):
    after = people.apply_choices(two_candidates, {2: people.choice_of_candidate(chosen)})
    assert after.rows["state"].tolist() == ["new", "new", "duplicate"]
    assert after.verdicts[2][0].same_as == chosen
    table = people.people_of(after)
    assert table["choice"].to_list() == [None, None, "same"]
    sent = after.plan.basis.desired.values.select("full_name", "email").rows()
    assert sorted(sent) == [("Edmund Roth", "edmund@roth.example"), ("Edward Roth", "edward@roth.example")]
    none = people.apply_choices(after, {2: "different"})
    assert none.choices.same == ()


def test_of_a_row_that_several_leads_match_the_choice_says_which_it_is_or_is_not():
    offered = people.options_of(0, Verdict("doubtful", "", "lead_1", more_leads=("lead_2",)))
    assert dict(offered) == {
        "decide later": "wait",
        "it is 1": "same as lead_1",
        "it is 2": "same as lead_2",
        "none of them": "different",
        "not sent": "leave_out",
    }


def test_a_row_is_the_lead_that_a_person_chooses_of_several_or_none_and_no_button_for_all_chooses(space):
    leads = space.leads.list(frame="polars").filter(pl.col("merged_into").is_null(), pl.col("deleted_at").is_null())
    leads = leads.filter(pl.len().over("full_name", "email") == 2, ~pl.col("status").is_in(["unsubscribed", "bounced"]))
    ids = leads.filter(pl.col("email") == leads["email"].drop_nulls().sort()[0])["id"].to_list()
    row = leads.filter(pl.col("id") == ids[0]).select("full_name", "email", "company_name")
    waiting = space.leads.intake(row, progress=False)
    assert people.candidates(waiting.verdicts[0][0]) == sorted(ids)
    assert people.sure_merges(waiting) == {}
    assert not any(lead in people.people_of(waiting)["reason"][0] for lead in ids)  # ids are for code
    for lead in ids:
        chosen = people.apply_choices(waiting, {0: people.choice_of_candidate(lead)})
        assert chosen.rows.select("state", "lead_id").row(0) == ("known", lead)
        assert people.people_of(chosen)["choice"][0] == people.choice_of_candidate(lead)
    none = people.apply_choices(waiting, {0: "different"})
    assert {pair[1] for pair in none.choices.different} == {*ids}


def test_a_couple_says_what_to_choose(space):
    both = pd.DataFrame({"Name": ["Petra und Jan Kolb"], "E-Mail": ["kolb@kolb.example"]})
    intake = space.leads.intake(both, progress=False)
    assert ("send anyway", "create") in people.options_of(0, intake.verdicts[0][0])
    assert "choose “send anyway”" in people.people_of(intake)["reason"][0]


def test_a_total_can_be_sent_anyway(space):
    cells = {"Name": ["Ida Korn", "Total", None, None], "E-Mail": ["ida@korn.example", *[None] * 3]}
    days = pd.to_datetime([None, None, None, "2026-03-03"])
    lines = pd.DataFrame({**cells, "Remark": [None, None, None, "call back"], "Day": days})
    intake = space.leads.intake(lines, progress=False)
    assert intake.rows["state"].tolist() == ["new", "no_person", "no_person", "broken"]
    assert people.people_of(intake)["who"].to_list()[1:] == ["Total", "", "call back · 2026-03-03"]
    assert people.options_of(2, intake.verdicts[2][0]) == (("not sent", "wait"),)  # a blank line
    assert ("send anyway", "create") in people.options_of(1, intake.verdicts[1][0])
    assert people.apply_choices(intake, {1: "create"}).rows["state"].tolist()[:2] == ["new", "new"]


@pytest.mark.parametrize("probability", [0.9499, 0.99996])
def test_a_probability_is_never_rounded_up_to_a_limit_that_it_does_not_reach(probability):
    assert float(percent(probability)[:-1]) / 100 < probability


def test_one_button_merges_what_is_surely_one_person_and_nothing_else(space, doubtful):
    twice = pd.DataFrame({"full_name": ["Ida Kornfeld", "IDA KORNFELD"], "email": ["ida@kornfeld.example"] * 2})
    waiting = space.leads.intake(twice, sure=0.9999, progress=False)
    assert waiting.rows["state"].tolist() == ["new", "doubtful"]
    assert people.sure_merges(waiting) == {1: "same"}
    assert people.apply_choices(waiting, people.sure_merges(waiting)).rows["state"].tolist() == ["new", "duplicate"]
    assert people.sure_merges(doubtful) == {}


def test_the_later_row_of_a_doubt_says_what_speaks_for_one_person(space):
    two = {"full_name": ["Dmytro Ostapenko"] * 2, "phone": ["+380487001122"] * 2}
    firms = {"company_name": ["Odesa Port Service", "Lviv Chocolate"], "email": ["d@odesa.example", "d@lviv.example"]}
    waiting = space.leads.intake(pd.DataFrame(two | firms), progress=False)
    assert waiting.rows["state"].tolist() == ["new", "doubtful"]
    table = people.people_of(waiting)
    assert table["other"].to_list()[1].startswith("row 1:")
    assert "different companies, though same" in table["reason"].to_list()[1]
