"""LeadForm against a real sandbox."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook import errors
from pb2b_notebook.forms import rendering
from pb2b_notebook.forms.lead_editing import changes

HOSTILE = "<img src=x onerror=alert(1)> $5 to $10 \u202eevil"
EVERY = {
    "full_name": HOSTILE,
    "email": "ada@example.com",
    "phone": "+4930123456",
    "employee_count": 12,
    "status": "contacted",
    "tags": ["a, b", "c"],
    "custom_use_case": "two\tparts",
    "custom_deal_value_eur": 12.5,
    "custom_newsletter_opt_in": False,
    "custom_renewal_date": dt.date(2026, 5, 1),
    "custom_demo_at": "2026-04-01T09:30:00.000Z",
    "custom_tier": "B",
    "custom_interests": ["Analytics", "Security"],
}


@pytest.fixture
def ws():
    with pb.open_sandbox(leads=5) as workspace:
        yield workspace


def test_a_lead_of_every_type_is_created_and_opens_the_same(ws):
    made = pb.forms.LeadForm(ws).submit(**EVERY)
    values = pb.forms.LeadForm(ws, made.id).values
    assert {name: values[name] for name in EVERY} == EVERY
    assert made.custom_fields["renewal_date"] == "2026-05-01"


def test_only_what_was_changed_is_sent(ws):
    made = pb.forms.LeadForm(ws).submit(**EVERY | {"custom_demo_at": "1.4.2026 11:30"})
    ws.leads.update(made, title="Countess")
    form = pb.forms.LeadForm(ws, made.id)
    assert form.values["custom_demo_at"] == "2026-04-01T09:30:00.000Z"
    after = form.submit(custom_tier=None, employee_count=None, tags=None)
    assert (after.custom_fields.get("tier"), after.employee_count, after.tags, after.title) == (
        None,
        None,
        [],
        "Countess",
    )
    assert after.custom_fields["deal_value_eur"] == 12.5


def test_the_form_continues_with_the_lead_it_created(ws):
    form = pb.forms.LeadForm(ws)
    made = form.submit(full_name="Ada")
    assert form._button.description == "Save changes"
    assert form.submit(title="Countess").id == made.id


def test_a_full_name_made_of_its_parts_is_saved_with_them(ws):
    form = pb.forms.LeadForm(ws, ws.leads.create(full_name="Ada Berg", first_name="Ada", last_name="Berg"))
    assert form.submit(first_name="Eva").full_name == "Eva Berg"
    assert form.submit(last_name="Klein").full_name == "Eva Klein"
    form.new()
    assert form.values["full_name"] is None


def test_a_saved_change_is_undone_and_what_was_typed_since_stays(ws):
    form = pb.forms.LeadForm(ws, ws.leads.create(full_name="Ada", title="Dr", tags=["a"], custom_fields={"tier": "A"}))
    with pytest.raises(errors.UsageError, match="no change was saved"):
        form.undo()
    form.submit(title="Countess", tags=None, custom_tier="B", custom_renewal_date="2026-05-01")
    form.values = {"city": "London"}
    form._outcome.children[-1].click()  # Undo
    back = form.wait().result
    assert (back.title, back.tags, back.custom_fields["tier"]) == ("Dr", ["a"], "A")
    assert back.custom_fields.get("renewal_date") is back.city is None
    assert form.submit().city == form.values["city"] == "London"
    assert form.submit(title="Countess").title == "Countess"


def test_an_undo_does_not_overwrite_what_another_user_saved(ws):
    made = ws.leads.create(full_name="Ada")
    form = pb.forms.LeadForm(ws, made)
    form.submit(title="Countess")
    ws.leads.update(made, title="Dr")
    with pytest.raises(errors.ConflictError, match="nothing was undone"):
        form.undo()
    assert ws.leads.get(made).title == "Dr"


def test_who_opted_out_by_a_saved_change_stays_so_after_its_undo(ws):
    form = pb.forms.LeadForm(ws, ws.leads.create(full_name="Ada"))
    form.submit(title="Countess", status="unsubscribed")
    assert (form.undo().status, form.result.title) == ("unsubscribed", None)


def test_a_new_lead_after_one_that_is_not_saved_asks_first(ws):
    form = pb.forms.LeadForm(ws, ws.leads.create(full_name="Ada"))
    form.values = {"title": "Countess"}
    form._new_button.click()
    assert form.wait().values["title"] == "Countess"
    assert "Ada has changes that are not saved" in form._question.widget.children[0].value
    form._question.yes.click()
    assert form.wait().values["title"] is None


def test_a_cell_that_is_run_again_creates_no_second_lead(ws):
    first, second = (pb.forms.LeadForm(ws).submit(email="ada@example.com") for _ in range(2))
    assert first.id == second.id
    assert len(ws.leads.find("ada@example.com")) == 1


def test_a_lead_that_another_user_changed_is_not_overwritten(ws):
    made = ws.leads.create(full_name="Ada")
    form = pb.forms.LeadForm(ws, made)
    ws.leads.update(made, title="Countess")
    with pytest.raises(errors.PreconditionFailedError):
        form.submit(title="Dr")
    assert ws.leads.get(made).title == "Countess"


def test_nothing_to_save_sends_nothing(ws):
    form = pb.forms.LeadForm(ws, ws.leads.create(full_name="Ada"))
    with pytest.raises(errors.UsageError, match="nothing to save"):
        form.submit()


@pytest.mark.parametrize(("name", "value"), [("custom_tier", "Z"), ("custom_renewal_date", "soon"), ("score", "high")])
def test_a_value_of_another_type_is_refused(ws, name, value):
    with pytest.raises(errors.InvalidParameterError, match=name):
        pb.forms.LeadForm(ws).submit(**{name: value})


def notes_of(form):
    """What is shown below the inputs, by input."""
    pairs = [pair for box in form.widget.children for pair in getattr(box, "children", ())]
    shown = [one for pair in pairs for one in getattr(pair, "children", ())]
    lines = {name: shown[shown.index(one.widget) + 1] for name, one in form._inputs.items()}
    return {name: line.value for name, line in lines.items() if line.layout.display != "none"}


def test_every_typed_value_that_does_not_fit_is_shown_at_once_before_sending(ws):
    form = pb.forms.LeadForm(ws)
    form._inputs["score"].widget.value = form._inputs["custom_deal_value_eur"].widget.value = "high"
    form.click()
    form.wait()
    assert isinstance(form.error, errors.InvalidParameterError)
    assert "is not a number" in repr(form)
    assert notes_of(form).keys() == {"score", "custom_deal_value_eur"}
    assert "Score is not a number; Deal value (EUR) is not a number" in form._message.value
    form.submit(full_name="Ada", score=5, custom_deal_value_eur=None)
    assert notes_of(form) == {}


@pytest.mark.parametrize("year", [20261, 26])
def test_a_typed_year_without_four_digits_is_an_error_and_saves_nothing(ws, year):
    made = ws.leads.create(full_name="Ada", custom_fields={"renewal_date": "2026-05-01"})
    form = pb.forms.LeadForm(ws, made)
    box = form._inputs["custom_renewal_date"].widget
    for typed in (None, {"year": year, "month": 4, "date": 1}):  # emptied first, then typed
        box.set_state({"value": typed})
    form.click()
    assert "year of Renewal date" in str(form.wait().error)
    assert ws.leads.get(made).custom_fields["renewal_date"] == "2026-05-01"
    assert box.get_state("value")["value"]["year"] == year  # what was typed stays in sight
    box.set_state({"value": {"year": 2027, "month": 4, "date": 1}})
    assert form.submit().custom_fields["renewal_date"] == "2027-05-01"


def test_a_refusal_of_the_service_is_shown_by_field(ws):
    form = pb.forms.LeadForm(ws)
    form.values = {"email": "not an address", "linkedin_url": "nowhere"}
    form.click()
    form.wait()
    assert isinstance(form.error, errors.ValidationError)
    assert "values to correct: E-mail, LinkedIn" in form._message.value
    assert form.error.request_id in form._message.value
    assert notes_of(form).keys() == {"email", "linkedin_url"}
    assert "is not an email address" in notes_of(form)["email"]
    form.values = {"email": None, "linkedin_url": None, "custom_demo_at": "soon"}
    form.click()
    form.wait()
    assert "values to correct: Demo booked for" in form._message.value
    assert notes_of(form).keys() == {"custom_demo_at"}


def test_each_field_is_named_once_with_all_that_the_service_says_about_it(ws):
    problems = [errors.Detail("email", "format", "no host"), errors.Detail("email", "blocked", "blocked host")]
    refusal = errors.ValidationError("refused", status=422, details=problems)
    form = pb.forms.LeadForm(ws)
    form._notes.show_refusal(refusal)
    [note] = notes_of(form).values()
    assert "no host; blocked host" in note
    assert "values to correct: E-mail<" in rendering.failure(refusal, label_of={"email": "E-mail"}.get)


@each_case(
    ("current", "wanted", "expected"),
    [
        ({}, {"score": 0}, {"score": 0}),
        ({"score": 0}, {"score": None}, {"score": None}),
        ({"tags": []}, {"tags": None}, {}),
        ({"custom_a": False}, {"custom_a": None}, {"custom_fields": {"a": None}}),
        ({"custom_a": None}, {"custom_a": False}, {"custom_fields": {"a": False}}),
        ({"score": 1}, {"score": True}, {"score": True}),
    ],
)
def test_changes(current, wanted, expected):
    assert changes(current, wanted) == expected


@pytest.mark.parametrize("given", [5, pl.DataFrame({"id": ["lead_1"]}), {"id": "lead_1"}])
def test_a_lead_must_be_a_record_or_an_id(ws, given):
    with pytest.raises(errors.InvalidParameterError, match="a record or an id"):
        pb.forms.LeadForm(ws, given)


GONE = {"full_name": "Ada Berg", "company_name": "Nordlicht AG", "email": "ada@old.example", "status": "unsubscribed"}
BACK = {"full_name": "Ada Berg", "company_name": "Nordlicht", "email": "ada@private.example"}


def test_a_person_who_opted_out_comes_back_only_with_a_yes(ws):
    gone = ws.leads.create(**GONE)
    form = pb.forms.LeadForm(ws)
    with pytest.raises(errors.SuppressedRowsError, match="looks like a person who opted out") as caught:
        form.submit(**BACK)
    assert caught.value.suppressed[["row_number", "lead_id"]].to_numpy().tolist() == [[1, gone.id]]
    for shown in (gone.id, "unsubscribed", "ada@old.example", "same name; same company"):
        assert shown in form._message.value
    assert len(ws.leads.find("ada@private.example")) == 0
    assert form._anyway_button.layout.display == ""
    created = form.create_anyway()
    assert (created.email, created.status, form.result.id) == ("ada@private.example", "new", created.id)
    assert form._anyway_button.layout.display == "none"
    assert form.submit(title="Countess").id == created.id


def test_a_yes_is_for_the_values_that_were_shown(ws):
    ws.leads.create(**GONE)
    form = pb.forms.LeadForm(ws)
    with pytest.raises(errors.UsageError, match="not the values that were refused"):
        form.create_anyway()
    with pytest.raises(errors.SuppressedRowsError):
        form.submit(**BACK)
    form.values = {"email": "other@private.example"}
    with pytest.raises(errors.UsageError, match="not the values that were refused"):
        form.create_anyway()
    assert len(ws.leads.find("private.example")) == 0
    form.values = {"full_name": "Jonas Frei", "email": "jonas@private.example"}
    form.click()
    assert form.wait().result.full_name == "Jonas Frei"


def test_the_button_creates_the_refused_lead(ws):
    ws.leads.create(**GONE)
    form = pb.forms.LeadForm(ws)
    form.values = BACK
    form.click()
    assert isinstance(form.wait().error, errors.SuppressedRowsError)
    form._anyway_button.click()
    assert form.wait().result.email == "ada@private.example"


@pytest.mark.parametrize(
    ("values", "doubt"),
    [
        ({"phone": "0911 481462"}, "says no country"),
        ({"phone": "0911 481462", "country": "DE"}, ""),
        ({"phone": "0000 0000", "country": "DE"}, "not a valid number"),
        ({"phone": "+49 911 481462"}, ""),
        ({"phone": "+49 000000"}, "not a valid number"),
    ],
)
def test_a_phone_that_cannot_be_read_is_saved_with_a_word(ws, values, doubt):
    form = pb.forms.LeadForm(ws)
    made = form.submit(full_name="Edda Falkenau", **values)
    assert made["phone"] == values["phone"]
    shown = "".join(getattr(widget, "value", "") for widget in form._outcome.children)
    assert (doubt in shown) if doubt else ("saved as it is written" not in shown)
    form.submit(title="Captain")
    assert "saved as it is written" not in "".join(getattr(widget, "value", "") for widget in form._outcome.children)
