"""Finding duplicates from a form, without a browser."""

import io

import pytest

import pb2b_notebook as pb
from messy_lists import as_csv, new_people
from pb2b_notebook.forms.duplicates.decisions import UNDECIDED
from pb2b_notebook.forms.duplicates.find import left_rows
from pb2b_notebook.forms.watching import StoppedWork


@pytest.mark.parametrize("step", ["reading the file", "reading the leads", "comparing"])
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


@pytest.mark.parametrize(("column", "warned"), [("Telefon", True), ("Nachname", False)])
def test_a_list_of_companies_is_compared_as_leads_with_a_warning(column, warned):
    file = io.BytesIO(f"Firma;Ort;{column}\nKornfeld GmbH;Bonn;Weber\nZenker;Ulm;Berg\n".encode())
    file.name = "companies.csv"
    with pb.open_sandbox(leads=0) as ws:
        form = pb.forms.DuplicateForm(ws)
        form.values = {"source": "file"}
        form._list.read(file)
        shown = [getattr(one, "value", "") for one in form._show(form.submit())]
    assert any("pb.cleanup.duplicates(df, of=&quot;companies&quot;)" in text for text in shown) == warned
