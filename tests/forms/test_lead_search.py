"""LeadSearch against a real sandbox: found, paged, changed and created."""

import polars as pl
import pytest

import pb2b_notebook as pb
from pb2b_notebook import errors


@pytest.fixture(scope="module")
def space():
    with pb.open_sandbox(leads=60, rate_limit=1_000_000) as ws:
        yield ws


@pytest.mark.parametrize("frame", ["pandas", "polars"])
def test_a_search_finds_what_the_service_finds(space, frame):
    with pb.connect(space.sandbox.key, base_url=space._session.client.base_url, frame=frame) as ws:
        form = pb.forms.LeadSearch(ws)
        found = form.submit(status="new")
        assert sorted(found["id"]) == sorted(ws.leads.list(status="new")["id"])
        assert len(form._pager.listing) == len(found)
        assert sum(line.widget.layout.display == "" for line in form._lines) == min(20, len(found))


def test_a_lead_is_opened_from_its_line_changed_and_found_again(space):
    form = pb.forms.LeadSearch(space)
    found = form.submit()
    lead_id = found["id"].iloc[3]
    line = next(line for line in form._lines if line._id == lead_id)
    line._button.click()
    form.wait()
    assert form.error is None
    assert form.editing.widget in form._editor.children
    assert form._top.asked == 1  # the page scrolls there, and the focus goes with it
    form.editing.submit(title="Head of Looking Glasses")
    assert form.editing.widget not in form._editor.children  # it is done
    assert "Saved" in form._editor.children[0].value
    assert "Head of Looking Glasses" in line._about.value
    press(form._editor, "Undo")
    form.editing.wait()
    assert "Undone" in form._editor.children[0].value
    assert "Head of Looking Glasses" not in line._about.value
    form.edit(lead_id).submit(title="Head of Looking Glasses")
    assert form.submit()["id"].iloc[0] == lead_id  # changed last, so it comes first
    form._pager.inputs[0].set("looking")
    assert len(form._pager.listing) == 1
    assert "Head of Looking Glasses" in form._lines[0]._about.value


def test_a_search_that_is_cut_says_so_and_more_leads_can_be_chosen():
    with pb.open_sandbox(leads=620) as ws:
        form = pb.forms.LeadSearch(ws)
        assert len(form.submit()) == 500
        assert "The 500 leads that were changed last" in form._outcome.children[0].value
        assert len(form.submit(most=5_000)) == ws.leads.count() > 500
        assert "changed last" not in form._outcome.children[0].value
        with pytest.raises(errors.InvalidParameterError, match="choose one of: 500, 5000, 50000"):
            form.submit(most="500")


def press(widget, label):
    next(one for one in inside(widget) if getattr(one, "description", "") == label).click()


def inside(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from inside(child)


@pytest.mark.parametrize("other", ["Edit", "New lead"])
@pytest.mark.parametrize(("name", "typed"), [("title", "not saved"), ("score", "high")])
def test_another_lead_is_opened_after_a_question_if_that_loses_what_was_typed(space, other, name, typed):
    form = pb.forms.LeadSearch(space)
    form.submit()
    first = form.edit(form._lines[1]._id)
    open_other = form._lines[0]._button.click if other == "Edit" else lambda: press(form.widget, other)
    first._inputs[name].widget.value = typed
    open_other()
    assert form.wait().editing is first
    press(form._question.widget, "Keep editing")
    assert first._inputs[name].widget.value == typed
    assert first.widget in form._editor.children
    open_other()
    press(form._question.widget, "Discard changes")
    assert form.wait().editing is not first
    second = form.editing
    open_other()  # nothing was typed: it does not ask
    assert form.wait().editing is not second


def test_what_is_typed_into_the_next_lead_stays_while_the_one_before_is_saved(space):
    form = pb.forms.LeadSearch(space)
    found = form.submit()["id"]
    first, second = form.edit(found.iloc[5]), form.edit(found.iloc[6])
    first.submit(title="Saved late")
    assert second.widget in form._editor.children


def test_a_new_lead_is_created_above_the_list(space):
    form = pb.forms.LeadSearch(space)
    form.new()
    form._editor.children[-1].click()  # Close without saving
    assert form._editor.children == ()
    assert form.new().submit(full_name="Ida Kornfeld", email="ida@kornfeld.example").full_name == "Ida Kornfeld"
    assert form.submit(q="kornfeld")["full_name"].tolist() == ["Ida Kornfeld"]


def test_the_empty_form_says_what_to_do_first(space):
    form = pb.forms.LeadSearch(space)
    assert any("Press Search" in str(getattr(one, "value", "")) for one in form.widget.children)


def test_nothing_found_says_what_to_do(space):
    form = pb.forms.LeadSearch(space)
    assert len(form.submit(q="no such person anywhere")) == 0
    assert "Search for another text" in form._outcome.children[0].value
    assert form._list.layout.display == "none"


def test_a_lead_that_does_not_exist_is_not_opened(space):
    form = pb.forms.LeadSearch(space)
    with pytest.raises(errors.NotFoundError):
        form.edit("lead_0000000000000000")
    assert form.editing is None


def test_enter_in_the_text_searches():
    with pb.open_sandbox(leads=30) as ws:
        form = pb.forms.LeadSearch(ws)
        box = form._inputs["q"].widget
        box._handle_custom_msg({"event": "submit"}, [])
        assert len(form.wait(60).result) == 30


def test_several_leads_are_changed_at_once_after_a_look_unless_one_was_changed_meanwhile(space):
    form = pb.forms.LeadSearch(space)
    before = {row["id"]: row for row in space.leads.list(frame="polars").iter_rows(named=True)}
    form.submit()
    assert form._change.disabled
    ids = [line._id for line in form._lines[:3]]
    own = form.edit(ids[0]).submit(title="Changed here", tags=["seen"])  # that is not a conflict, and stays
    for line in form._lines[:3]:
        line._box.value = True
    assert form._change.description == "Change 3 ticked leads …"
    form._change.click()
    editor = form.wait().editing
    with pytest.raises(errors.UsageError, match="no value"):
        editor.submit(field="tags", how="add")
    editor.submit(tags=["fair"])
    assert editor.result.diff["field"].unique().to_list() == ["tags"]
    other = space.leads.update(ids[2], title="Changed meanwhile")
    form._change.click()
    form.wait()
    assert form.editing is editor  # it asks first: the changes are not applied
    editor.submit()
    assert editor.result.summary["conflict"] == 1
    editor.review.submit()
    form.wait()
    assert (form._ticked, editor.widget in form._editor.children) == (set(), False)  # it is done
    after = {row["id"]: row for row in space.leads.list(frame="polars").iter_rows(named=True)}
    changed = {lead for lead in before if before[lead]["tags"] != after[lead]["tags"]}
    assert changed == {*ids[:2]}
    assert [after[lead]["tags"] for lead in ids[:2]] == [["seen", "fair"], [*before[ids[1]]["tags"], "fair"]]
    assert after[ids[2]]["title"] == other.title
    press(form._editor, "Undo …")
    press(form._editor, "Yes")
    editor.review.wait()
    form.wait()
    assert {row["id"]: row["tags"] for row in space.leads.list(frame="polars").iter_rows(named=True)} == {
        lead: row["tags"] for lead, row in (before | {own.id: own}).items()
    }


@pytest.mark.parametrize(
    ("column", "how", "given", "expected"),
    [("phone", "empty", {}, None), ("custom_tier", "set", {"custom_tier": "A"}, "A")],
)
def test_a_field_of_all_found_leads_is_emptied_or_set(space, column, how, given, expected):
    form = pb.forms.LeadSearch(space)
    form.submit(status="new")
    press(form.widget, "Tick all found")
    ids = [row["id"] for row in form._rows]
    press(form.widget, f"Change {len(ids)} ticked leads …")
    editor = form.wait().editing
    editor.submit(field=column, how=how, **given)
    assert editor.review.submit().problem is None
    form.wait()
    values = space.leads.list(frame="polars").filter(pl.col("id").is_in(ids))
    values = values[column] if column in values.columns else pl.Series([None])
    assert values.unique().to_list() == [expected]
