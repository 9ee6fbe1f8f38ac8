"""The state of the guided form, without a widget: steps, decisions, and what they change."""

import pytest

from pb2b_notebook import errors
from pb2b_notebook.forms.intake.draft import STEPS, Draft


def test_without_a_list_only_the_first_step_can_be_shown():
    draft = Draft()
    assert draft.reachable == ["file"]
    assert draft.next is draft.previous is None
    with pytest.raises(errors.UsageError, match="choose a file first"):
        draft.at("people")


def test_every_step_up_to_sending_can_be_shown_in_both_directions(intake):
    draft, seen = Draft.of(intake).at("file"), ["file"]
    while draft.next is not None:
        draft = draft.at(draft.next)
        seen.append(draft.step)
    assert seen == [step for step in STEPS if step != "result"]
    with pytest.raises(errors.UsageError, match="nothing was sent yet"):
        draft.at("result")
    assert draft.at(draft.previous).step == "people"


def test_going_back_and_forward_keeps_what_was_decided(intake):
    draft = Draft.of(intake).repair("Interesse", "heiß", "A").choose(290, "create")
    moved = draft.at("send").at("columns").at("cells")
    assert moved.repaired == draft.repaired
    assert moved.chosen == draft.chosen
    settled = moved.settle()
    assert settled.step == "cells"
    assert settled.is_settled
    assert settled.intake.mapping.values == {"Interesse": {"heiss": "A"}}
    assert settled.intake.choices.allow == (290,)
    assert settled.settle() is settled


def test_a_decision_can_be_taken_back(intake):
    from pb2b_notebook.forms.intake.repairs import LEAVE

    draft = Draft.of(intake).repair("Interesse", "heiß", "A").repair("Interesse", "heiß", LEAVE)
    assert draft.is_settled
    # One that is applied is changed, or its cells are left out.
    applied = Draft.of(intake).repair("Interesse", "heiß", "C").settle()
    again = applied.repair("Interesse", "heiß", "A").settle()
    left_out = again.repair("Interesse", "heiß", LEAVE).settle()
    maps = [one.loaded.mapping.values["Interesse"] for one in (applied, again, left_out)]
    assert maps == [{"heiss": "C"}, {"heiss": "A"}, {"heiss": None}]
    chosen = Draft.of(intake).choose(290, "create").settle().choose(290, "wait").settle()
    assert chosen.intake.choices.allow == ()


def test_a_change_of_the_list_applies_what_was_decided_before(intake):
    draft = Draft.of(intake).repair("Interesse", "kalt", "C").change(existing="overwrite")
    assert draft.intake.choices.existing == "overwrite"
    assert draft.intake.mapping.values == {"Interesse": {"kalt": "C"}}
