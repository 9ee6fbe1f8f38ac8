"""The people of the list: shown with what they are, and changed by a choice only."""

import pandas as pd
import pytest

from pb2b_notebook.forms.intake import people


@pytest.fixture(scope="module")
def table(intake):
    return people.people_of(intake)


def test_every_row_is_shown_with_its_state_and_what_needs_a_look_comes_first(intake, table):
    assert table.height == len(intake) == 300
    assert people.counts_of(intake) == {"new": 256, "known": 14, "duplicate": 20, "opted_out": 6, "broken": 4}
    assert table.sort("rank")["state"].to_list()[:10] == ["broken"] * 4 + ["opted_out"] * 6


def test_known_and_opted_out_people_name_the_lead_that_they_are(table):
    assert table.filter(table["state"].is_in(["known", "opted_out"]))["other"].null_count() == 0
    assert table["other"][256] == f"row 1 of the list: {table['who'][0]}"


def test_a_choice_for_a_person_who_opted_out_is_needed_and_can_be_taken_back(intake):
    created = people.apply_choices(intake, {290: "create"})
    assert created.plan.summary["create"] == intake.plan.summary["create"] + 1
    assert people.people_of(created)["choice"][290] == "create"
    assert people.apply_choices(created, {290: "wait"}).plan.summary["create"] == intake.plan.summary["create"]


def test_only_what_can_be_decided_is_offered(intake):
    offered = {state: set() for state in people.LABELS}
    for verdict, _ in intake.verdicts:
        offered[verdict.state].add(tuple(choice for _, choice in people.options_of(verdict)))
    assert offered["new"] == offered["broken"] == {()}
    assert offered["opted_out"] == {("wait", "create")}
    assert offered["duplicate"] == offered["known"] == {("wait", "different")}


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


def test_one_button_merges_what_is_surely_one_person_and_nothing_else(space, doubtful):
    twice = pd.DataFrame({"full_name": ["Ida Kornfeld", "IDA KORNFELD"], "email": ["ida@kornfeld.example"] * 2})
    waiting = space.leads.intake(twice, sure=0.9999, progress=False)
    assert waiting.rows["state"].tolist() == ["new", "doubtful"]
    assert people.sure_merges(waiting) == {1: "same"}
    assert people.apply_choices(waiting, people.sure_merges(waiting)).rows["state"].tolist() == ["new", "duplicate"]
    assert people.sure_merges(doubtful) == {}
