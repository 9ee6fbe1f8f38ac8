"""The guided form without a browser: its buttons pressed, and what is in the workspace afterwards."""

import html
import io
import re
from contextlib import closing

import ipywidgets as widgets
import polars as pl
import pytest

import pb2b_notebook as pb
from fault_proxy import CutReply, FaultProxy, Substitute, reply
from messy_lists import (
    FAMILY,
    GIVEN,
    MORE_FAMILY,
    MORE_GIVEN,
    as_csv,
    lone_leads,
    new_people,
    row_about,
    three_hundred,
)
from pb2b_notebook import errors
from pb2b_notebook.files import read_leads
from pb2b_notebook.forms.intake import people
from pb2b_notebook.journal import Journal
from upsert_frames import BULK, LOST
from workspaces import Service, connected

MAPPED = {
    "Interesse": "tier",
    "Newsletter": "newsletter_opt_in",
    "Verlängerung": "renewal_date",
    "Größe": "employee_count",
}


def inside(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from inside(child)


def visible(widget):
    """All widgets that can be seen."""
    if getattr(getattr(widget, "layout", None), "display", None) == "none":
        return
    yield widget
    for child in getattr(widget, "children", ()):
        yield from visible(child)


def labels(form):
    """What the buttons that are shown are called."""
    return [one.description for one in visible(form.widget) if isinstance(one, widgets.Button)]


def press(form, label):
    """Press the button that begins with these words, and wait for its work."""
    found = [one for one in visible(form.widget) if isinstance(one, widgets.Button)]
    [button] = [one for one in found if one.description.startswith(label)]
    assert not button.disabled, label
    button.click()
    form.wait(120)
    assert form.error is None, form.error


def shown(form):
    return "\n".join(str(one.value) for one in visible(getattr(form, "widget", form)) if isinstance(one, widgets.HTML))


def drop(form, name, content):
    """Drop a file on the form in two pieces, as the browser sends it."""
    half = len(content) // 2
    about = {"id": name, "name": name, "size": len(content)}
    form._drop.receive(about | {"offset": 0}, [content[:half]])
    if half < len(content):
        form._drop.receive(about | {"offset": half}, [content[half:]])
    form.wait(120)


@pytest.fixture
def empty():
    with pb.open_sandbox(leads=0, rate_limit=1_000_000) as ws:
        yield ws


def small(count=12):
    return as_csv(new_people()[:count])


def test_the_messy_list_by_hand_loses_no_row_and_creates_no_one_twice_and_no_one_who_opted_out():
    with pb.open_sandbox(leads=300, rate_limit=1_000_000) as ws:
        before = ws.leads.list(frame="polars")
        form = pb.forms.IntakeForm(ws)
        content = as_csv(three_hundred(lone_leads(ws)))
        drop(form, "messe.csv", content)
        assert form.draft.step == "columns"
        for column, field in MAPPED.items():
            form._columns._editor._lines[column].field.value = field
        press(form, "Next: Repair cells")
        press(form, "Accept all suggestions")
        press(form, "Next: Look at the people")
        assert "256 new, 14 in the workspace, 20 twice in the list, 6 not to be contacted, 4 to correct" in shown(form)
        assert len(ws.leads.list()) == len(before)  # nothing was sent before the last step
        press(form, "Next: Send")
        press(form, "Send 25")
        assert "Send 256 people to Lantern &amp; Finch?" in shown(form)  # it asks once
        assert (form._sending.yes.button_style, form._button.button_style) == ("primary", "")
        assert len(ws.leads.list()) == len(before)
        press(form, "Yes, send")
        assert form.draft.step == "result"
        assert "256 people created" in shown(form)
        assert sum(getattr(one, "description", "").startswith("Undo") for one in visible(form.widget)) == 1
        assert "Not sent: 6 not to be contacted, 4 to correct" in shown(form)

        after = ws.leads.list(frame="polars")
        new = after.filter(~pl.col("id").is_in(before["id"].implode()))
        assert new.height == 256
        assert new["email"].str.to_lowercase().n_unique() == 256
        assert new.filter(pl.col("email").str.starts_with("private")).height == 0  # opted out, by another address
        name, file = form._file_of_held_back()
        held = read_leads(io.BytesIO(file), frame="polars", quiet=True)
        assert (name, held.height) == ("messe_not_sent.xlsx", 4)
        # Each row of the list became a person, was one before, was merged, was left out by choice, or is in the file.
        assert new.height + 14 + 20 + 6 + held.height == len(form.draft.intake) == 300

        mapping = form.draft.intake.mapping
        drop(form, name, file)  # which is read as its list was
        assert form.draft.intake.mapping == mapping
        drop(form, "messe.csv", content)  # the same file again
        form.go("send")
        assert form.draft.intake.summary["new"] == 0
        assert form.draft.intake.plan.summary["create"] == 0
        press(form, "1 Choose a file")
        press(form, "Undo")
        assert form._question.yes.button_style == "danger"
        press(form, "Yes, undo")
        assert "256 people deleted" in shown(form)
        assert sorted(ws.leads.list()["id"]) == sorted(before["id"])


def test_the_empty_form_says_what_to_do_first(empty):
    form = pb.forms.IntakeForm(empty)
    assert "Choose a list of people first" in shown(form)
    assert form._button.disabled
    assert form._back.disabled
    with pytest.raises(errors.UsageError, match="choose a file"):
        form.submit()


def test_back_and_forward_keep_what_was_decided(empty):
    form = pb.forms.IntakeForm(empty, small())
    form._columns._editor._lines["Interesse"].field.value = "tier"
    press(form, "Next: Repair cells")
    line = form._cells._lines[0]
    line._box.value = "A"
    press(form, "Back")
    press(form, "Next: Repair cells")
    assert form.draft.intake.mapping.values == {"Interesse": {"heiss": "A"}}
    [replaced] = [one for one in form._cells._lines if "replaced in all rows" in one._about.value]
    assert replaced._box.value == "A"  # it can be looked at, and changed
    press(form, "1 Choose a file")
    press(form, "2 Check the columns")
    assert form._columns._editor._lines["Interesse"].field.value == "tier"
    press(form, "5 Send")
    assert form.draft.intake.mapping.values == {"Interesse": {"heiss": "A"}}


def test_a_typed_value_that_the_field_does_not_take_is_refused_at_its_line(empty):
    form = pb.forms.IntakeForm(empty, small())
    form._columns._editor._lines["Interesse"].field.value = "tier"
    press(form, "Next:")
    assert "Accept all suggestions" not in labels(form)  # nothing is suggested here
    line = form._cells._lines[0]
    line._box.value = "hot"
    assert "has no such option" in line._note.value
    assert form.draft.repaired == {}
    form._button.click()
    form.wait(120)
    assert (form.draft.step, type(form.error)) == ("cells", errors.UsageError)
    assert "1 value typed in step 3 cannot be used" in shown(form)
    press(form, "2 Check the columns")
    press(form, "Next:")
    assert (line._box.value, "has no such option" in line._note.value) == ("hot", True)
    line._box.value = "B"
    assert line._note.value == ""
    assert list(form.draft.repaired.values()) == ["B"]


def test_a_step_that_cannot_be_shown_says_so_at_the_top_and_is_not_skipped(empty):
    form = pb.forms.IntakeForm(empty, b"Name;E-Mail\nEdda Falkenau;edda@falkenau.example\n")
    lines = form._columns._editor._lines
    for line in lines.values():
        line.field.value = ""
    for label in ("Next: Repair cells", "5 Send", "Next: Repair cells"):
        [button] = [one for one in visible(form.widget) if getattr(one, "description", "") == label]
        button.click()
        form.wait(120)
        assert (form.draft.step, type(form.error)) == ("columns", errors.MappingError)
        assert f"Step {3 if 'Next' in label else 5}" in form._bar_of_steps._problem.value
        assert "Go to step 2, and choose another field" in form._bar_of_steps._problem.value
    lines["E-Mail"].field.value = "email"
    press(form, "Next: Repair cells")
    assert (form.draft.step, form._bar_of_steps._problem.value) == ("cells", "")


def test_the_verdict_about_a_column_is_the_number_of_cells_to_repair(empty):
    form = pb.forms.IntakeForm(empty, as_csv(new_people()))
    editor = form._columns._editor
    for column, field in MAPPED.items():
        editor._lines[column].field.value = field
    counts = form.draft.intake.set_aside["column"].value_counts().to_dict()
    for column in MAPPED:
        assert f"{counts[column]:,} of 64 cells do not fit" in editor._lines[column].verdict.value
    assert "all cells fit" in editor._lines["E-Mail"].verdict.value


def test_the_country_and_the_choice_for_known_people_are_those_of_one_list(empty):
    form = pb.forms.IntakeForm(empty)
    form.values = {"country": "Germany"}
    form.use(b"Name;Telefon\nEdda Falkenau;030 901820\n")
    form.values = {"existing": "overwrite"}
    form.go("send")
    assert "1 person without a country: Germany" in shown(form)
    assert form.draft.intake.plan.diff.query("field == 'country'")["after"].tolist() == ["DE"]
    form.use(b"Name;Telefon\nLars Lindqvist;08 123456\n")
    assert form.values["country"] is None
    assert form.values["existing"] == "fill"
    assert form.draft.intake.choices.country is None


def test_step_3_asks_where_phones_without_a_country_code_are_from(empty):
    form = pb.forms.IntakeForm(empty, b"Name;Telefon;Land\nEdda Falkenau;030 901820;\nJan Berg;(030) 901821;\n")
    form.go("cells")
    assert "2 phones without a country: 030 901820, 030 901821" in shown(form)
    form._inputs["country"].widget.value = "DE"
    press(form, "Read the phones")
    assert "without a country" not in shown(form)
    assert form.draft.intake.cleaned.frame["phone"].to_list() == ["+4930901820", "+4930901821"]
    form._inputs["country"].widget.value = "PT"
    press(form, "Read the phones")
    assert "2 phones not of PT: 030 901820, 030 901821" in shown(form)


def test_a_second_column_says_what_it_fills_and_can_be_left_out(empty):
    form = pb.forms.IntakeForm(empty, b"Name;Telefon;Handy\nEdda Falkenau;+49 30 901820;\nJan Berg;;+49 171 3200001\n")
    line = form._columns._editor._lines["Handy"]
    assert "fills 1 blank of" in line.verdict.value
    assert line.field.label == "blanks of Phone"
    assert form.draft.intake.cleaned.frame["phone"].to_list() == ["+4930901820", "+491713200001"]
    line.field.label = "— left out —"
    assert "left out" in line.verdict.value
    form.go("cells")
    assert form.draft.intake.cleaned.frame["phone"].to_list() == ["+4930901820", None]


def test_compare_again_keeps_the_focus(empty):
    form = pb.forms.IntakeForm(empty, small(3))
    form.go("people")
    for row, choice in ((10**6, "wait"), (0, "perhaps"), (0, "same as lead_x")):
        with pytest.raises(pb.errors.InvalidParameterError, match=r"a row must be a position|unknown choice"):
            form.choose(row, choice)
    form.choose(0, "leave_out")
    press(form, "Compare again")
    assert not form._people._apply.disabled  # a button that is disabled loses the focus to the top of the page


def test_a_choice_for_all_that_are_found_says_for_how_many_or_why_for_none(empty):
    rows = [
        "Name;E-Mail;Telefon",
        *[f"Klaus {name} Ahornfeld;klaus@ahornfeld.example;+493090187701" for name in ("Peter", "Dieter")],
    ]
    form = pb.forms.IntakeForm(empty, "\n".join([*rows, "Edda Falkenau;e@falkenau.example;", "Nur Firma;;"]).encode())
    form.go("people")
    assert form.draft.intake.summary["doubtful"] == 1
    press(form, "All: two people")
    assert "“two people” is chosen for 1 row. Press Compare again." in shown(form)
    assert "For all 4 rows that search and filter find:" in shown(form)
    assert form._people._merge.disabled  # above 99% (0 rows)
    form._people._pager.inputs[0].set("Falkenau")
    assert "For all 1 row that search and filter find:" in shown(form)
    press(form, "All: two people")
    assert "is for rows to decide, and none of them is found" in shown(form)
    press(form, "Compare again")
    assert "none of them is found" not in shown(form)


def test_what_is_held_back_can_be_downloaded_before_anything_is_sent(empty):
    form = pb.forms.IntakeForm(empty, b"Name;E-Mail;Firma\nEdda Falkenau;e@falkenau.example;\n;;Nur Firma AG\n")
    form.go("send")
    assert form._save_unsent in visible(form.widget)
    assert (form._save_unsent.label, form._save_unsent.disabled) == ("Download the 1 row that is held back", False)
    assert "correct what its reasons say. Then choose the file at step 1" in shown(form)


def test_rows_of_one_person_say_which_value_is_kept(empty):
    form = pb.forms.IntakeForm(
        empty, b"Name;E-Mail;Position\nEdda Falkenau;e@falkenau.example;CTO\nEdda Falkenau;e@falkenau.example;CIO\n"
    )
    form.go("people")
    assert "Title: CTO is kept, not CIO" in re.sub("<[^>]*>", "", shown(form))


def test_a_new_file_replaces_the_old_one(empty):
    form = pb.forms.IntakeForm(empty)
    drop(form, "first.csv", small(3))
    press(form, "Next:")
    drop(form, "second.csv", small(5))
    assert form.draft.step == "columns"
    assert "second.csv, 5 rows" in shown(form)
    assert "first.csv" not in shown(form)
    form.submit()
    assert len(empty.leads.list()) == 5


def test_a_file_that_cannot_be_read_leaves_nothing_to_send(empty):
    form = pb.forms.IntakeForm(empty, small(3))
    press(form, "5 Send")
    bad = [b"", b"%PDF-1.7 \x00\x01", b"Name;E-Mail\n", b"PK\x03\x04broken"]
    for number, content in enumerate(bad):
        name = f"{number}.xlsx" if content.startswith(b"PK") else f"{number}.csv"
        if content:
            drop(form, name, content)
        else:
            form._drop.receive({"id": "1", "name": name, "size": 0, "offset": 0}, [b""])
            form.wait(60)
        assert isinstance(form.error, errors.ProspectB2BError)
        assert form.draft.intake is None
        assert form._button.disabled
        assert 'role="alert"' in form._message.value
        without_rows = isinstance(form.error, errors.InvalidParameterError)
        assert (f"{name} cannot be read" in form._message.value) != without_rows
        with pytest.raises(errors.UsageError):
            form.submit()
    assert len(empty.leads.list()) == 0
    drop(form, "good.csv", small(2))
    assert form.error is None
    assert form.draft.step == "columns"


def test_stop_ends_a_comparison_and_keeps_what_was_decided(empty):
    form = pb.forms.IntakeForm(empty, small())
    form.go("cells")
    form.repair("Interesse", "heiss", "A")
    for label in ("Next: Look at the people", "Compare again"):
        if label == "Compare again":
            form.choose(3, "wait")
        before, panel = form.draft, shown(form._panels[form.draft.step])
        form._activity.observe(lambda change: form.stop() if "comparing" in change["new"] else None, "value")
        [button] = [one for one in visible(form.widget) if getattr(one, "description", "").startswith(label)]
        button.click()
        form.wait(60)
        assert "Nothing was sent, and what you decided is kept" in form._message.value
        assert form.draft is before
        assert shown(form._panels[form.draft.step]) == panel
        form._activity.unobserve_all()
        press(form, label)
        assert form.draft.step == "people"
    assert form.draft.intake.summary["new"] == 12


def test_the_same_file_again_after_a_stop_goes_on_and_creates_no_one_twice(empty):
    rows = new_people((*GIVEN, *MORE_GIVEN), (*FAMILY, *MORE_FAMILY))[:130]  # of two requests
    form = pb.forms.IntakeForm(empty, as_csv(rows))
    form.go("send")
    form._report_progress = lambda *_: False  # Stop is pressed as soon as there is progress
    assert form.submit().summary["pending"]
    assert form.draft.step == "send"
    left = form.result.summary["pending"]
    some = left < len(rows)  # the first request may have been on its way
    assert ("Stopped for now" if some else "Nothing of this list was sent") in shown(form)
    assert ("Undo at step 1" in shown(form)) == some
    assert form._button.description == f"Send {'the other ' if some else ''}{left} people"
    assert "requests" not in shown(form._panels["send"])  # of the plan, whose first ones were sent
    press(form, "1 Choose a file")
    assert f"{len(rows) - left} of {len(rows)} people · not finished" in shown(form._history.widget)
    # The tab is closed: another form, and the same file.
    other = pb.forms.IntakeForm(empty, as_csv(rows))
    other.submit()
    leads = empty.leads.list()
    assert len(leads) == leads["email"].nunique() == len(rows) == 130
    again = pb.forms.IntakeForm(empty, as_csv(rows))
    assert "This list was sent on 20" in shown(again)
    again.go("send")
    assert "Nothing to do" in shown(again)
    assert again._button.disabled


def test_a_revoked_key_is_explained_and_the_same_file_goes_on_with_another_key(empty):
    base_url = empty._session.client.base_url
    key = empty.sandbox.create_key()
    people = small(8)
    with pb.connect(key, base_url=base_url) as ws:
        form = pb.forms.IntakeForm(ws, people)
        form.go("send")
        asks = []  # the browser, before it leaves the page
        form._bar_of_steps.page.observe(lambda change: asks.append(change["new"]), "unsaved")
        empty.sandbox.revoke_key(key.split("_")[2])
        form.click()
        form._sending.yes.click()
        form.wait(60)
        assert asks == [True, False]
        assert "Press Disconnect, connect with another key" in form._message.value
        assert "pb." not in form._message.value
        assert "Nothing of this list was sent" in shown(form)
        assert "Press Send again" not in shown(form)
        assert (form._button.description, form._button.disabled) == ("Send 8 people", True)
        assert form.result.undo_plan().cannot_undo.size == 0
        form.go("file")
        assert "Undo" not in labels(form)  # there is nothing to take back
    other = pb.forms.IntakeForm(empty, people)
    other.submit()
    assert len(empty.leads.list()) == 8


@pytest.mark.parametrize("limits", [{"read_only": True}, {"scopes": ["leads.read", "lead-fields.read", "me.read"]}])
def test_a_key_that_may_not_write_looks_at_a_list_and_has_no_send_to_press(empty, limits):
    base_url = empty._session.client.base_url
    with pb.connect(empty.sandbox.create_key(**limits), base_url=base_url) as ws:
        form = pb.forms.IntakeForm(ws, small(3))
        form.go("send")
        assert "3 to create" in shown(form)
        assert (form._button.description, form._button.disabled) == ("Send 3 people", True)
        assert re.search("read-only|leads.write", shown(form))
        form.click()
        assert not form._sending.is_open


def test_values_that_a_later_list_has_otherwise_are_counted_before_they_are_not_sent(empty):
    rows = [
        "Ada Berg,ada.berg@kiln.example,Kiln AG",
        "Bo Hale,bo.hale@kiln.example,Kiln AG",
        "Cy Roth,cy.roth@kiln.example,Kiln AG",
    ]
    first = "\n".join(["Name,E-Mail,Company,Title", *(f"{row},Buyer" for row in rows)])
    later = "\n".join(
        [
            "Name,E-Mail,Company,Title,City",
            *(
                f"{row},{title}"
                for row, title in zip(rows, ("Head of Sales,", "Head of Sales,Oslo", "Buyer,"), strict=True)
            ),
        ]
    )
    pb.forms.IntakeForm(empty, first.encode()).submit()
    form = pb.forms.IntakeForm(empty, later.encode())
    form.go("send")
    assert "1 of the workspace to get new values" in shown(form)
    assert "2 of the workspace stay as they are" in shown(form)
    assert "2 of the workspace keep values that differ from the list" in shown(form)
    form.values = {"existing": "overwrite"}
    form.go("people")
    form.go("send")
    assert "2 of the workspace to get new values" in shown(form)
    assert "1 of the workspace stays as it is" in shown(form)
    assert "differ from the list" not in shown(form)


def test_taking_back_shows_how_far_it_is(empty):
    form = pb.forms.IntakeForm(empty, small(12))
    form.submit()
    shown_meanwhile = []
    form._activity.observe(lambda change: shown_meanwhile.append(change["new"]), "value")
    form.undo()
    assert any("taking it back: 12 of 12 people" in text for text in shown_meanwhile)
    assert (len(empty.leads.list()), form._bar.layout.display) == (0, "none")


def test_what_a_clicker_reads_has_no_python_in_it(empty):
    form = pb.forms.IntakeForm(empty)
    pages = [shown(form)]
    drop(form, "list.csv", small(6))
    for label in ("Next:", "Next:", "Next:", "Send", "Yes, send"):
        pages.append(shown(form))
        press(form, label)
    pages.append(shown(form))
    assert "company_core" not in pages[1]  # the first rows have columns of leads only
    text = "\n".join(pages).replace('<span class="pb2b-in-code"><code>outcome = form.result</code></span>', "")
    for word in ("pb.", "ws.", "form.", "intake.", "None", "()", "Error"):
        assert word not in text, word


def test_history_shows_what_was_brought_in_and_undoes_an_earlier_list(empty):
    sent = pb.forms.IntakeForm(empty, small(3))
    assert sent._bar_of_steps.page.unsaved
    sent.submit()
    assert sent._bar_of_steps.page.unsaved  # the sandbox, and what was sent to it, ends with the page
    sent.go("people")
    assert "Nothing has been sent" not in shown(sent)
    assert "This list was sent before" in shown(sent)
    form = pb.forms.IntakeForm(empty)
    assert "3 people · finished" in shown(form)
    press(form, "Undo")
    assert "Take back the list, sent 20" in shown(form)  # with its time
    form._bar_of_steps.page._handle_custom_msg({"key": "Escape"}, [])
    assert "Take back" not in shown(form)
    press(form, "Undo")
    press(form, "No, keep it")
    assert len(empty.leads.list()) == 3
    press(form, "Undo")
    press(form, "Yes, undo")
    assert len(empty.leads.list()) == 0
    assert "taken back" in shown(form)


def test_undo_names_who_stays(empty):
    form = pb.forms.IntakeForm(empty, b"Name;E-Mail\nEdda Falkenau;edda@falkenau.example\nBo Lund;bo@lund.example\n")
    form.submit()
    [lead] = empty.leads.list(frame="polars").filter(pl.col("full_name") == "Bo Lund")["id"]
    empty.leads.update(lead, title="Head of Sales")
    press(form, "Undo this list")
    press(form, "Yes, undo")
    assert "1 person deleted" in shown(form)
    assert "1 person stays, since it was changed after sending: Bo Lund." in shown(form)


def test_another_session_knows_what_was_brought_in_by_name_and_it_is_taken_back_once(empty):
    form = pb.forms.IntakeForm(empty)
    drop(form, "messe.csv", small(3))
    form.submit()
    other = pb.forms.IntakeForm(empty)
    assert "messe.csv" in shown(other)
    press(other, "Undo")
    assert "Take back messe.csv, sent 20" in shown(other)
    press(other, "No, keep it")
    press(form, "Undo this list …")
    press(form, "Yes, undo")
    assert "3 people deleted" in shown(form)
    assert "3 people created" not in shown(form)
    assert "Undo this list …" not in labels(form)
    later = pb.forms.IntakeForm(empty)
    assert "taken back" in shown(later)
    assert "Undo" not in labels(later)


def test_the_same_file_in_another_session_brings_back_what_was_decided(space):
    lead = next(iter(lone_leads(space)))
    rows = [*new_people()[:4], row_about(lead, Vorname="Xaver", Nachname="Anders")]
    form = pb.forms.IntakeForm(space)
    drop(form, "messe.csv", as_csv(rows))
    assert "The same file brings it back" not in shown(form)  # this sandbox ends with the process
    assert "lasts until this page is closed or loaded again" in shown(form)
    assert form._bar_of_steps.page.unsaved
    form._columns._editor._lines["Interesse"].field.value = "tier"
    form.values = {"existing": "skip"}
    press(form, "Next: Repair cells")
    form._cells._lines[0]._box.value = "A"
    press(form, "Next: Look at the people")
    doubtful = [row for row, (verdict, _) in enumerate(form.draft.intake.verdicts) if verdict.state == "doubtful"]
    assert doubtful == [4]
    press(form, "All: two people")
    # The tab is closed before anything was applied.
    other = pb.forms.IntakeForm(space)
    drop(other, "copy of messe.csv", as_csv(rows))
    assert "What you decided about this list before is back" in shown(other)
    assert other.draft.intake.mapping.values == {"Interesse": {"heiss": "A"}}
    assert (other.values["existing"], other.draft.intake.choices.different) == ("skip", ((4, lead["id"]),))
    press(other, "Begin this list again")
    assert other.draft.intake.choices.different == ()
    assert "Interesse" not in other.draft.intake.mapping.columns
    assert "What you decided about this list before is back" not in shown(other)


def test_what_was_sent_before_is_not_said_to_be_sent_now_and_one_person_is_not_people(empty):
    form = pb.forms.IntakeForm(empty, small(1))
    form.submit()
    assert "1 person created" in shown(form)
    saved = form._save.begun
    again = form.draft.intake.apply()
    assert again.done_before is not None
    text = "".join(one.value for one in form._show(again))
    assert "Nothing was sent now" in text
    assert "Brought in" not in text
    form.use(small(2))
    assert form._save.begun == saved + 1  # the name of the file that was saved of the list before is gone
    form.go("send")
    assert "1 of the workspace stays as it is" in shown(form)
    form.submit()
    assert empty.upserts.list(frame="polars")["writes"].to_list() == [1, 1]
    assert "Brought in before" in shown(form)
    assert "2 people" not in shown(form._history.widget)  # one of them was there
    another = pb.forms.IntakeForm(empty, small(2))
    another.go("people")
    assert "This list was sent before" in shown(another)


def test_every_value_that_a_known_person_gets_is_shown_before_it_is_sent(empty):
    empty.leads.create(full_name="Ida Kornfeld", email="ida@kornfeld.example", company_name="Kornfeld GmbH")
    line = (
        b"Name;E-Mail;Firma;Telefon;Newsletter opt-in\nIda Kornfeld;ida@kornfeld.example;Kornfeld GmbH;"
        b"+49 30 90182044;true\n"
    )
    form = pb.forms.IntakeForm(empty, line)
    form.go("people")
    changes = people.changes_of(form.draft.intake, [0])[0]
    assert {("Phone", None, "+493090182044"), ("Newsletter opt-in", None, "yes")} <= {*changes}
    assert len(changes) == form.draft.intake.plan.differences.height
    text = form._people._lines[0]._about.value
    assert "— → " in text
    assert "+493090182044" in text
    form.go("send")
    assert "each value that a lead gets: old → new" in shown(form)


def test_a_workbook_begins_with_the_sheet_that_has_people(space, tmp_path):
    path = tmp_path / "fair.xlsx"
    cover = pl.DataFrame({"Messe Hannover": ["Halle 4", "Stand 12"], "Notiz": ["Montag", "Dienstag"]})
    pb.save_leads({"Cover": cover, "People": pl.DataFrame({"E-Mail": ["a@fair.example"]})}, path, progress=False)
    form = pb.forms.IntakeForm(space)
    drop(form, "fair.xlsx", path.read_bytes())
    assert form.draft.intake.file.sheet == "People"
    assert "fair.xlsx, sheet People: 1 row" in form._file_note.value
    [sheet] = [one for one in visible(form.widget) if getattr(one, "description", "") == "Sheet of the workbook"]
    sheet.value = "Cover"
    form.wait(120)
    assert form.draft.intake.file.sheet == "Cover"  # a person's choice is not replaced
    assert "No column is used. Choose a field for at least one column" in shown(form)
    assert "mapping=" not in shown(form)


def test_a_list_for_which_the_workspace_has_no_room_says_so_before_it_is_sent():
    rows = [{"E-Mail": f"p{number}@many.example"} for number in range(21)]
    service = Service(leads=0, leads_limit=20)
    with closing(service), connected(service.url, service.key) as small_ws:
        form = pb.forms.IntakeForm(small_ws, pl.DataFrame(rows))
        form.go("send")
        assert "Too many: it creates 21 leads" in shown(form)
        assert "Bring in fewer rows" in shown(form)
        assert form._button.disabled


def test_pages_search_and_filters_reach_every_person(empty):
    form = pb.forms.IntakeForm(empty, as_csv(new_people()))
    form.go("people")
    pager = form._people._pager
    assert len(pager.listing) == 64
    assert sum(line.widget.layout.display == "" for line in form._people._lines) == 20
    pager.inputs[0].set("tannenbaum")
    assert len(pager.listing) == 8
    assert "Tannenbaum" in shown(form)


def test_another_sheet_of_a_workbook_is_read_when_it_is_chosen(space, tmp_path):
    path = tmp_path / "fair.xlsx"
    days = {day: pl.DataFrame({"E-Mail": [f"{day}@fair.example"]}) for day in ("Monday", "Tuesday")}
    pb.save_leads(days, path, progress=False)
    form = pb.forms.IntakeForm(space)
    drop(form, "fair.xlsx", path.read_bytes())
    assert form.draft.intake.file.other_sheets == ("Tuesday",)
    assert "1 other sheet not read: 'Tuesday'" in html.unescape(shown(form))
    [sheet] = [one for one in visible(form.widget) if getattr(one, "description", "") == "Sheet of the workbook"]
    assert sheet.options == ("Monday", "Tuesday")
    sheet.value = "Tuesday"
    form.wait(120)
    assert form.error is None
    assert form.draft.intake.source["E-Mail"].to_list() == ["Tuesday@fair.example"]
    assert (form.draft.step, sheet.value, sheet.options) == ("columns", "Tuesday", ("Tuesday", "Monday"))
    drop(form, "one.csv", b"E-Mail\na@b.example\n")
    assert sheet not in visible(form.widget)


@pytest.fixture
def unanswered(tmp_path):
    """A workspace behind a proxy, to which a list of three people was sent whose answer was lost."""
    journal = Journal(tmp_path / "journal.sqlite")
    with (
        closing(Service(leads=0)) as service,
        FaultProxy(service.url) as proxy,
        connected(proxy.url, service.key, journal=journal) as ws,
    ):
        proxy.always(BULK, Substitute(reply(401)))
        proxy.once(BULK, Substitute(LOST, effect=True))
        pb.forms.IntakeForm(ws, small(3)).submit()
        proxy.heal()
        assert len(ws.leads.list()) == 3
        yield ws, proxy


def test_the_same_file_finishes_a_sending_all_of_whose_people_have_arrived(unanswered):
    ws, _ = unanswered
    form = pb.forms.IntakeForm(ws, small(3))
    form.go("send")
    assert form._button.description == "Send 3 people"
    assert "3 people not answered or not sent" in shown(form)
    form.submit()
    assert "3 people created" in shown(form)
    press(form, "Undo this list")
    press(form, "Yes, undo")
    assert "3 people deleted" in shown(form)
    assert len(ws.leads.list()) == 0


def test_the_history_takes_back_what_was_not_answered_and_the_list_can_be_sent_after_it(unanswered):
    ws, proxy = unanswered
    form = pb.forms.IntakeForm(ws, small(3))
    press(form, "1 Choose a file")
    proxy.always(BULK, CutReply())
    press(form, "Undo")
    press(form, "Yes, undo")
    assert "0 of 3 taken back; 3 not known" in shown(form)
    assert "3 not known: Undo looks what became of them" in shown(form._history.widget)
    proxy.heal()
    press(form, "Undo")
    press(form, "Yes, undo")
    assert "3 people deleted" in shown(form)
    assert len(ws.leads.list()) == 0
    assert "Undo" not in labels(form)
    form.submit()
    assert len(ws.leads.list()) == 3
