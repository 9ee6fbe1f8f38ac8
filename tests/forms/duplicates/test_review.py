"""DuplicateReview by value: over frames of both libraries, over the sandbox's own mess, and over hostile text."""

from __future__ import annotations

import json
import threading
from typing import ClassVar

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

import pb2b_notebook as pb
from frame_libraries import LIBRARIES, library_for
from pb2b_notebook import cleanup, errors
from pb2b_notebook.forms import rendering
from pb2b_notebook.forms.duplicates import session
from pb2b_notebook.forms.duplicates.cards import plain
from pb2b_notebook.forms.duplicates.decisions import FEWEST, Decisions

HOSTILE = '<img src=x onerror="alert(1)"><script>1</script> $5 to $10 \u202eevil\u200b'
PEOPLE = {
    "id": ["a1", "a2", "a3", "b1", "b2", "c1", "c2", "d1"],
    "full_name": ["Ada Berg"] * 3 + ["Bob Hale", "Robert Hale", "Cy Royd", "Cy Royd", "Dora Winter"],
    "email": ["ada@berg.example"] * 3 + ["r.hale@hale.example"] * 2 + ["cy@royd.example"] * 2 + ["d@winter.example"],
    "company_name": ["Berg AG"] * 3 + ["Hale Inc."] * 2 + ["Royd"] * 2 + ["Winter"],
    "title": ["Head", "Chief", None, "CEO", "CTO", HOSTILE, "Head", "Head"],
    "status": ["new", "new", "new", "new", "unsubscribed", "new", "contacted", "new"],
    "updated_at": [f"2026-01-0{n}" for n in range(1, 9)],
}


@pytest.fixture
def found(request):
    """Return the duplicates of a frame of one of the libraries, another one for each test."""
    return cleanup.duplicates(library_for(request.node.name, *LIBRARIES)(PEOPLE))


@pytest.fixture
def review():
    return pb.forms.DuplicateReview(cleanup.duplicates(pd.DataFrame(PEOPLE)))


@pytest.fixture(scope="module")
def messy():
    """The sandbox's own mess, and what there is of duplicates in it."""
    with pb.open_sandbox() as ws:
        leads = ws.leads.list(frame="polars")
        yield ws, leads, cleanup.duplicates(leads)


def records(frame, *columns):
    frame = frame.collect() if isinstance(frame, pl.LazyFrame) else frame
    frame = frame.to_pandas() if isinstance(frame, pl.DataFrame) else frame
    return frame[list(columns)].astype(object).where(frame[list(columns)].notna(), None).to_numpy().tolist()


def shown(form):
    return "".join(one.value for one in (form._progress, form._why, form._card, form._message))


def test_one_click_merges_all_sure_clusters_but_those_to_look_at_closely_and_one_undo_takes_it_back(messy):
    _, leads, found = messy
    form = pb.forms.DuplicateReview(found)
    form.skip()
    closely = set(cleanup.merge(leads, found).review["cluster_id"])
    sure = {name for name, weakest in found.clusters.select("cluster_id", "weakest").iter_rows() if weakest >= 0.99}
    sure &= {*form._clusters.members}  # others were merged before
    assert closely & sure
    [click] = [one for one in form._deciders.children if one.description == "Merge all above 99%"]
    click.click()
    assert form.progress["merged"] == len(sure - closely)
    assert f"{len(sure - closely)} groups are to be merged" in shown(form)
    form.undo()
    assert (form.progress["merged"], form.progress["skipped"]) == (0, 1)
    for wrong in (99, -0.1, "0.99", float("nan")):
        with pytest.raises(errors.InvalidParameterError, match=r"a probability from 0 to 1 → merge_all\(0.99\)"):
            form.merge_all(wrong)
    assert form.progress["merged"] == 0


def test_a_review_merges_the_decided_clusters_and_no_other(found):
    form = pb.forms.DuplicateReview(found)
    assert form.progress == {"merged": 0, "not duplicates": 0, "skipped": 0, "left": 3}
    form.go_to("cluster_a1")
    form.leave_out("a3")
    form.take("title", "a1")
    form.merge()
    form.not_a_duplicate("cluster_b1")
    form.skip("cluster_c1")
    merged = form.submit()
    assert form.result is merged
    told = {row: (title, into) for row, title, into in records(merged.frame, "id", "title", "merged_into")}
    assert told["a2"] == ("Head", None)
    assert told["a1"] == ("Head", "a2")
    assert [into for _, into in told.values()].count(None) == 7
    assert ["title", "a1", "chosen by hand"] in records(merged.provenance, "field", "row", "rule")
    assert "1 group is not decided" in form._outcome.children[0].value


def test_a_merge_names_attributes_for_cells_alone():
    """The app hides hints for cells, and a person who clicks has no attributes."""
    people = pd.DataFrame(PEOPLE).assign(
        phone=[None] * 3 + ["+14155550123"] + [None] * 4, city=["Kiel"] * 4 + [None] * 4
    )
    review = pb.forms.DuplicateReview(cleanup.duplicates(people))
    review.merge("cluster_b1")
    assert len(review.submit().newly_opted_out) == 1
    text = review._outcome.children[0].value
    assert "1 of these by this merge" in text
    assert "newly_opted_out" not in text.partition(f'class="{rendering.CELL_HINT}"')[0]


def test_labels_are_what_learn_takes(found):
    form = pb.forms.DuplicateReview(found)
    form.leave_out("a3", "cluster_a1")
    form.merge("cluster_a1")
    form.not_a_duplicate("cluster_b1")
    labels = records(form.labels, "row_a", "row_b", "same")
    said = {frozenset(pair[:2]): pair[2] for pair in labels}
    assert said == {
        frozenset({"a1", "a2"}): True, frozenset({"a1", "a3"}): False, frozenset({"a2", "a3"}): False,
        frozenset({"b1", "b2"}): False,
    }  # fmt: skip
    with pytest.raises(errors.CleanupError, match="too few labels to learn from: 1 pairs of one person and 3"):
        cleanup.learn(form.labels)


def test_the_session_is_a_recipe_that_can_be_continued(found, tmp_path):
    path = tmp_path / "review.json"
    form = pb.forms.DuplicateReview(found, path=path, rules={"title": "longest"})
    form.leave_out("a3", "cluster_a1")
    form.take("title", "a1", "cluster_a1")
    form.merge("cluster_a1")
    form.not_a_duplicate("cluster_b1")
    form.skip("cluster_c1")
    again = pb.forms.DuplicateReview(found, path=path)
    assert again.recipe == form.recipe
    assert again.progress == form.progress
    assert again.cluster == form.cluster
    recipe = cleanup.Recipe.from_json(path.read_bytes())
    replayed = recipe.run(found.frame).frame
    columns = ("id", "title", "status", "merged_into")
    assert records(replayed, *columns) == records(form.submit().frame, *columns)


def test_decisions_hold_on_new_data_and_changed_clusters_are_undecided():
    form = pb.forms.DuplicateReview(cleanup.duplicates(pd.DataFrame(PEOPLE)))
    form.merge("cluster_a1")
    form.not_a_duplicate("cluster_b1")
    more = pd.concat([pd.DataFrame(PEOPLE), pd.DataFrame(PEOPLE).iloc[:1].assign(id="a0")], ignore_index=True)
    done = form.recipe.run(more)
    assert done.frame["merged_into"].notna().sum() == 2  # a0 waits for a person
    later = pb.forms.DuplicateReview(cleanup.duplicates(more), recipe=form.recipe)
    assert later.progress == {"merged": 0, "not duplicates": 1, "skipped": 0, "left": 2}
    assert later.submit().merged == 1
    later.merge("cluster_a0")
    assert later.submit().frame["merged_into"].notna().sum() == 3
    [step] = [step for step in later.recipe.steps if step.name == "merge"]
    assert [sorted(group) for group in step.options["only"]] == [["a0", "a1", "a2", "a3"]]


def test_rows_without_ids_are_reviewed_by_the_labels_of_their_index():
    leads = pd.DataFrame({name: values for name, values in PEOPLE.items() if name != "id"})
    leads.index = range(100, 100 - len(leads), -1)
    form = pb.forms.DuplicateReview(cleanup.duplicates(leads))
    for _ in range(3):
        form.merge()
    merged = form.submit()
    assert merged.merged == 3
    assert set(merged.provenance["survivor"]) <= set(leads.index)
    assert form.recipe.run(leads).frame["merged_into"].equals(merged.frame["merged_into"])


def test_a_recipe_keeps_what_it_says_about_other_rows(review):
    review.merge("cluster_a1")
    review.skip("cluster_b1")
    other = pd.DataFrame(PEOPLE).iloc[5:].reset_index(drop=True)
    later = pb.forms.DuplicateReview(cleanup.duplicates(other), recipe=review.recipe)
    later.merge("cluster_c1")
    later.skip("cluster_c1")
    later.merge("cluster_c1")
    steps = {step.name: step.options for step in later.recipe.steps}
    assert steps["merge"]["only"] == [["a1", "a2", "a3"], ["c1", "c2"]]
    assert steps["merge"]["undone"] == ["cluster_b1"]
    assert steps["duplicates"]["same"] == [["a1", "a2", "a3"], ["c1", "c2"]]


def test_undo_goes_back_step_by_step_and_shows_each_cluster(review):
    first = review.cluster
    before = review.recipe
    review.merge()
    second = review.cluster
    review.not_a_duplicate()
    review.skip()
    assert review.progress["left"] == 0
    review.undo()
    review.undo()
    assert review.cluster == second
    review.undo()
    assert review.cluster == first
    assert review.recipe == before
    with pytest.raises(errors.UsageError, match="nothing to undo"):
        review.undo()


def test_a_change_makes_the_merge_before_it_stale(review):
    review.merge()
    review.submit()
    review.undo()
    assert review.result is None
    assert review._outcome.children == ()


def test_refusals_name_no_value_of_a_lead(review):
    with pytest.raises(errors.UsageError, match="at least two"):
        review.leave_out("b1", "cluster_b1")
    with pytest.raises(errors.UsageError, match="opted out"):
        review.take("status", "b1", "cluster_b1")
    with pytest.raises(errors.InvalidParameterError, match="has no value"):
        review.take("title", "a3", "cluster_a1")
    with pytest.raises(errors.InvalidParameterError, match="'title'"):
        review.take("titel", "a1", "cluster_a1")
    for act in (review.merge, review.skip, review.go_to):
        with pytest.raises(errors.InvalidParameterError, match="unknown cluster"):
            act("cluster_z")
    with pytest.raises(errors.InvalidParameterError, match="not a member"):
        review.leave_out("b1", "cluster_a1")
    review.leave_out("a1", "cluster_a1")
    with pytest.raises(errors.UsageError, match="left out"):
        review.take("title", "a1", "cluster_a1")
    with pytest.raises(errors.InvalidParameterError, match="duplicates must be a result"):
        pb.forms.DuplicateReview(pd.DataFrame(PEOPLE))


def test_a_member_that_is_left_out_gives_no_values(review):
    review.go_to("cluster_a1")
    review.take("title", "a1")
    assert "chosen by hand" in shown(review)
    review.leave_out("a1")
    assert "chosen by hand" not in shown(review)
    review.leave_out("a1")
    review.merge()
    assert review.submit().golden.set_index("id")["title"]["a2"] == "Chief"


def test_filters_choose_the_clusters_and_say_when_none_match(review):
    review.values = {"order": "largest"}
    assert review.cluster == "cluster_a1"
    review.merge("cluster_a1")
    review.values = {"show": "merge"}
    assert review._queue.names == ("cluster_a1",)
    review.values = {"show": "undecided"}
    assert review._queue.names == ("cluster_b1", "cluster_c1")
    review.values = {"bridges": True}
    assert review.cluster is None
    assert "No group matches this filter" in shown(review)
    with pytest.raises(errors.UsageError, match="no group is shown"):
        review.merge()
    review.values = {"bridges": False, "at_most": 0.1}
    assert review.cluster is None
    review.values = {"at_most": None, "at_least": 0.5, "show": "all"}
    assert len(review._queue.names) == 3


def test_keys_buttons_and_cells_do_what_the_methods_do(review):
    def press(**message):
        review._keyboard._receive(None, {"seen": review.cluster, **message}, [])

    review.values = {"order": "largest"}
    press(key="ArrowDown")
    press(key="ArrowUp")
    press(key="2")
    assert review._decisions.of("cluster_a1").chosen == {"title": "a2"}
    press(key="0")
    assert review._decisions.of("cluster_a1").chosen == {}
    press(cell="take:0:0")
    assert review._decisions.of("cluster_a1").chosen == {"title": "a1"}
    press(cell="member:2")
    assert review._decisions.of("cluster_a1").left_out == {"a3"}
    press(key="x")
    assert review._decisions.of("cluster_a1").left_out == frozenset()
    press(key="m")
    assert review.cluster == "cluster_b1"
    press(key="m", seen="cluster_a1")  # it was pressed while the cluster before was still on the screen
    assert review.progress["merged"] == 1
    press(key="9")
    assert "unknown member number" in shown(review)
    review._deciders.children[1].click()
    assert review.progress["not duplicates"] == 1
    press(key="u", seen="elsewhere")
    assert review.progress["not duplicates"] == 0
    review._chooser._value.value = 0
    assert review._decisions.of("cluster_b1").chosen
    review._chooser._button.click()
    assert "at least two members" in shown(review)
    for odd in ({"key": "F13"}, {"cell": "take:0:99"}, {"cell": "x"}, {"cell": 5}, {"key": ["m"]}, "m", None):
        review._keyboard._receive(None, odd if not isinstance(odd, dict) else {"seen": review.cluster, **odd}, [])


def test_hostile_text_is_inert_and_long_text_is_cut_with_a_note(review):
    review.go_to("cluster_c1")
    assert "<img" not in shown(review)
    assert "<script" not in shown(review)
    assert "\u202e" not in shown(review)
    assert "⟨U+202E⟩" in shown(review)
    assert "⟨U+200B⟩" in shown(review)
    assert "tex2jax_ignore" in review._card.value
    assert "\u202e" not in str(review._chooser._value.options)
    assert plain("x" * 1_000_000, most=200).endswith("… (1,000,000 characters)")
    many = pd.DataFrame(PEOPLE).assign(title=["<b>" * 400_000, "x" * 1_000_000, *["y"] * 6])
    form = pb.forms.DuplicateReview(cleanup.duplicates(many))
    form.go_to("cluster_a1")
    assert len(shown(form)) < 30_000
    assert "1,200,000 characters" in shown(form)


def test_no_value_of_a_lead_is_in_a_session_or_an_error(review, tmp_path):
    review.take("title", "c2", "cluster_c1")
    for act in ("merge", "skip", "not_a_duplicate"):
        getattr(review, act)("cluster_c1")
    text = review.recipe.to_json() + repr(review)
    assert not any(name in text for name in ("Berg", "Royd", "hale", "Head"))


def test_a_review_without_duplicates_says_what_to_try():
    alone = pd.DataFrame({"email": ["a@b.example", "c@d.example"]})
    form = pb.forms.DuplicateReview(cleanup.duplicates(alone))
    assert form.cluster is None
    assert "No duplicates were found" in shown(form)
    assert "Full name" in shown(form)
    assert form.submit().merged == 0
    assert len(form.labels) == 0
    empty = pb.forms.DuplicateReview(cleanup.duplicates(pd.DataFrame({"email": []})))
    assert empty.submit().merged == 0


def test_rows_without_ids_are_named_by_their_position():
    frame = pd.DataFrame(PEOPLE).drop(columns="id")
    form = pb.forms.DuplicateReview(cleanup.duplicates(frame))
    [bs] = [name for name, rows in form._clusters.members.items() if rows == (3, 4)]
    form.take("title", 3, bs)
    form.merge(bs)
    again = pb.forms.DuplicateReview(form._duplicates, recipe=cleanup.Recipe.from_json(form.recipe.to_json()))
    merged = again.submit()
    assert merged.golden["title"].tolist()[3:4] == ["CEO"]
    assert merged.merged == 1


def test_a_decision_stands_if_the_file_cannot_be_written(tmp_path):
    found = cleanup.duplicates(pd.DataFrame(PEOPLE))
    form = pb.forms.DuplicateReview(found, path=tmp_path / "gone" / "review.json")
    with pytest.raises(errors.LeadFileError, match="does not exist"):
        form.merge()
    assert form.progress["merged"] == 1
    form._deciders.children[0].click()
    assert "LeadFileError" in form._message.value
    (tmp_path / "odd.json").write_text(json.dumps({"object": "pb2b_recipe", "version": 1, "steps": []}))
    with pytest.raises(errors.CleanupError, match="not that of a review"):
        pb.forms.DuplicateReview(found, path=tmp_path / "odd.json")
    with pytest.raises(errors.LeadFileError, match="cannot be read"):
        pb.forms.DuplicateReview(found, path=tmp_path)


def test_two_forms_on_one_file_lose_no_decision_of_each_other(tmp_path):
    found, path = cleanup.duplicates(pd.DataFrame(PEOPLE)), tmp_path / "review.json"
    first, second = (pb.forms.DuplicateReview(found, path=path) for _ in range(2))
    first.merge("cluster_a1")
    with pytest.raises(errors.LeadFileError, match="another form"):
        second.merge("cluster_b1")
    first.skip("cluster_c1")
    assert pb.forms.DuplicateReview(found, path=path).progress == first.progress


def test_concurrent_clicks_each_act_once_and_one_during_a_merge_makes_it_stale(tmp_path):
    rows = pd.DataFrame(PEOPLE)
    rows.index = [0] * len(rows)  # labels of rows are no names of theirs
    review = pb.forms.DuplicateReview(cleanup.duplicates(rows), path=tmp_path / "session.json")
    merging = threading.Event()
    work = review._run

    def slowly(values, watch):
        merging.set()
        return work(values, watch)

    review._run = slowly
    review.click()
    merging.wait(30)
    clicks = [threading.Thread(target=review._run_callback, args=(review.merge,)) for _ in range(20)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join(30)
    review.wait(30)
    assert review.error is None
    assert review.progress["merged"] == len(review._clusters)
    assert review.result is None, "what was merged before those decisions is no longer what is decided"
    assert not review._outcome.children
    assert review.submit().merged == len(review._clusters)
    again = pb.forms.DuplicateReview(cleanup.duplicates(rows), path=tmp_path / "session.json")
    assert again.progress == review.progress


def test_a_cluster_of_500_stays_usable():
    n = 500
    frame = pd.DataFrame({
        "id": [f"l{k:03}" for k in range(n)], "full_name": ["Ada Berg"] * n, "email": ["ada@berg.example"] * n,
        "title": [f"title {k % 7}" for k in range(n)], "cluster": ["k"] * n,
    })  # fmt: skip
    form = pb.forms.DuplicateReview(cleanup.duplicates(frame))
    [size] = {len(rows) for rows in form._clusters.members.values()}
    assert size == n
    assert len(shown(form)) < 20_000
    assert "members 1 to 4 of 500" in shown(form)
    form._run_callback(lambda: form._mark(None, 123))
    assert "members 121 to 124 of 500" in shown(form)
    form._run_callback(form._leave_marked_out)
    form.merge()
    assert len(form.submit().losers) == n - 2


def test_the_duplicates_of_the_sandbox_can_be_reviewed(messy):
    ws, leads, found = messy
    form = pb.forms.DuplicateReview(found)
    assert len(form._clusters) > 200
    for name, weakest in form._clusters.weakest.items():
        if name in form._clusters.members:  # of the others all but one row were merged before
            (form.merge if weakest > 0.99 else form.not_a_duplicate if weakest > 0.9 else form.skip)(name)
    assert form.progress["left"] == 0
    merged = form.submit()
    assert merged.merged == form.progress["merged"]
    assert not {"create", "conflict"} & {*ws.leads.plan(merged).rows["action"]}
    replayed = cleanup.Recipe.from_json(form.recipe.to_json()).run(leads)
    assert replayed.frame["merged_into"].equals(merged.frame["merged_into"])
    for name, decision in list(form._decisions.made.items())[:30]:
        if decision.verdict == "merge":
            form.not_a_duplicate(name)
    assert cleanup.learn(form.labels).learned_from >= 0


def test_a_cut_link_is_shown_with_both_clusters(messy):
    """At the usual threshold there is none in this mess: the lower it is, the more weak links there are."""
    form = pb.forms.DuplicateReview(cleanup.duplicates(messy[1], 0.05))
    form.values = {"bridges": True}
    assert "link that was cut" in shown(form)


def test_without_a_front_end_the_review_is_text(review):
    told = review._repr_mimebundle_()["text/plain"]
    assert told.startswith("DuplicateReview: Review duplicates (ready)")
    assert "3 clusters: 0 merged, 0 not duplicates, 0 skipped, 3 left" in told


class Reviewing(RuleBasedStateMachine):
    """Any order of decisions against a plain record of all states; at each step the recipe says the same."""

    members: ClassVar = {"c1": ("a", "b", "c", "d"), "c2": ("e", "f"), "c3": (1, 2, 3)}

    def __init__(self):
        super().__init__()
        self.now = Decisions(self.members)
        self.states = [self.now.made]
        self.rest = session.session(cleanup.Recipe().then("duplicates").steps[0])

    def change(self, after):
        if after != self.now:
            self.states.append(after.made)
        self.now = after

    @rule(cluster=st.sampled_from(list(members)), verdict=st.sampled_from(["merge", "different", "skip"]))
    def decide(self, cluster, verdict):
        self.change(self.now.with_verdict(cluster, verdict))
        assert self.now.of(cluster).verdict == verdict

    @rule(cluster=st.sampled_from(list(members)), data=st.data())
    def leave_out(self, cluster, data):
        row = data.draw(st.sampled_from(self.members[cluster]))
        try:
            self.change(self.now.toggle_row(cluster, row))
        except errors.UsageError:
            assert len(self.now.kept_rows(cluster)) == FEWEST

    @rule(cluster=st.sampled_from(list(members)), name=st.sampled_from(["x", "y"]), data=st.data())
    def take(self, cluster, name, data):
        row = data.draw(st.sampled_from([None, *self.now.kept_rows(cluster)]))
        self.change(self.now.with_source(cluster, name, row))
        assert self.now.of(cluster).chosen.get(name) == row

    @precondition(lambda self: len(self.states) > 1)
    @rule()
    def undo(self):
        self.states.pop()
        self.now = self.now.without_latest()

    @invariant()
    def is_what_it_was(self):
        assert self.now.made == self.states[-1]
        for cluster, decision in self.now.made.items():
            assert decision.left_out <= {*self.members[cluster]}
            assert not {*decision.chosen.values()} & decision.left_out
            assert len(self.now.kept_rows(cluster)) >= FEWEST
        assert sum(self.now.counts().values()) == len(self.members)

    @invariant()
    def goes_through_a_recipe(self):
        recipe = cleanup.Recipe.from_json(session.as_recipe(self.rest, self.now).to_json())
        again, _ = session.decisions(recipe, self.members)
        assert again.made == self.now.made


Reviewing.TestCase.settings = settings(max_examples=15, stateful_step_count=20)
TestReviewing = Reviewing.TestCase


@given(st.text(max_size=300))
def test_any_text_is_short_and_without_invisible_characters(value):
    assert not {"\u202e", "\u200b", "\x00"} & {*plain(value, most=50)}
    plain(value, most=50).encode()
