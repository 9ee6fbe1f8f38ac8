"""Finding duplicates from a form, without a browser."""

import io

import pytest

import pb2b_notebook as pb
from messy_lists import as_csv, new_people
from pb2b_notebook.forms.duplicates.decisions import UNDECIDED
from pb2b_notebook.forms.duplicates.find import left_rows
from pb2b_notebook.forms.watching import StoppedWork


@pytest.mark.parametrize("step", ["reading the file", "comparing"])
def test_stop_ends_the_work_says_so_and_leaves_the_form_usable(step, tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(as_csv(new_people()))
    with pb.open_sandbox(leads=20) as ws:
        form = pb.forms.DuplicateForm(ws)
        form.values = {"source": "both", "path": str(path)}

        def stop(change):
            if step in change["new"]:
                form.stop()

        form._activity.observe(stop, "value")
        form.click()
        assert isinstance(form.wait(60).error, StoppedWork)
        assert (form.result, form.review) == (None, None)
        assert "Nothing was sent. Press Find to begin again." in form._message.value
        form._activity.unobserve_all()
        assert len(form.submit().frame) == 64
        assert form._message.value == ""


def test_a_row_that_is_a_lead_already_shows_the_values_of_the_lead_and_leaves_the_file():
    people = (
        b"Vorname;Nachname;E-Mail;Firma\nIda;Kornfeld;ida@kornfeld.example;Kornfeld\nAda;Berg;a@berg.example;Berg\n"
    )
    with pb.open_sandbox(leads=0) as ws:
        lead = {"full_name": "Ida Kornfeld", "email": "ida@kornfeld.example", "company_name": "Kornfeld GmbH"}
        lead_id = ws.leads.create(**lead, title="CEO").id
        form = pb.forms.DuplicateForm(ws)
        form.values = {"source": "both"}
        file = io.BytesIO(people)
        file.name = "fair.csv"
        form._list.read(file)
        form.submit()
        cluster = form.review._clusters.cluster(form.review.cluster)
        assert cluster.members == (lead_id, "row 2")  # the line of a spreadsheet
        card = form.review._card.value
        assert "leaves the file: already a lead" in card
        assert "nothing</small>" not in card
        form.review.merge()
        merged = form.review.submit()
        _, shown = cluster.survivors(UNDECIDED, {})
        golden = merged.golden.set_index("id").loc[lead_id]
        assert {name: one.value for name, one in shown.items()} == {name: golden[name] for name in shown}
        assert (golden["company_name"], shown["company_name"].rows) == ("Kornfeld GmbH", (lead_id,))
        assert left_rows(merged)["last_name"].tolist() == ["Berg"]


def test_a_list_of_companies_is_compared_as_companies_with_all_its_columns():
    file = io.BytesIO(
        b"Account Name;VAT ID;City;Website\nNord Optik GmbH;DE811223344;Ulm;nordoptik.example\n"
        b"Nord Optik;;Ulm;www.nordoptik.example\nZenker AG;;Bonn;\n"
    )
    file.name = "companies.csv"
    with pb.open_sandbox(leads=0) as ws:
        form = pb.forms.DuplicateForm(ws, go_on=print)
        form.values = {"source": "file"}
        form._list.read(file)
        assert form.values["of"] == "companies"
        assert form._list._columns.widget.layout.display == "none"  # no column is left out
        found = form.submit()
        assert (found.subject.name, found.compared[:2]) == ("companies", ("Account Name", "VAT ID"))
        assert form.review.cluster is not None
        form.review.merge()
        merged = form.review.submit()
        assert left_rows(merged)["Account Name"].tolist() == ["Nord Optik GmbH", "Zenker AG"]
        texts = [one.description for one in form.review._show(merged)[-1].children if hasattr(one, "description")]
        assert "Make a plan of it" not in texts
        form.values = {"of": "people"}
        assert form._list._columns.widget.layout.display == ""
        assert form.submit().subject.name == "people"


@pytest.mark.parametrize(("column", "of"), [("Telefon", "companies"), ("Nachname", "people")])
def test_the_choice_of_people_or_companies_follows_what_a_file_holds(column, of):
    file = io.BytesIO(f"Firma;Ort;{column}\nKornfeld GmbH;Bonn;Weber\nZenker;Ulm;Berg\n".encode())
    file.name = "list.csv"
    with pb.open_sandbox(leads=0) as ws:
        form = pb.forms.DuplicateForm(ws)
        form.values = {"source": "file"}
        form._list.read(file)
        assert form.values["of"] == of
        form.submit()
        shown = form.review._why.value + form.review._progress.value
        assert f"seem to be different {of} from a probability of 75%" in shown


def test_a_probability_that_is_not_a_number_is_named_by_its_label():
    with pb.open_sandbox(leads=0) as ws:
        form = pb.forms.DuplicateForm(ws)
        form._inputs["threshold"].widget.value = "abc"
        with pytest.raises(pb.errors.InvalidParameterError, match="Probability from is not a number"):
            form.submit()
