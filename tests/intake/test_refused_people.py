"""People on a sheet of whom not to contact wait, whatever that sheet has of them."""

import io

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from pb2b_notebook import errors
from pb2b_notebook.intake.refused_people import Line, Refused

PEOPLE = pd.DataFrame(
    [
        ("Karl Demo", "Demo AG", "karl@demo.example", "+49 30 901820"),
        ("Ada Berg", "Berg GmbH", "ada@berg.example", "+49 30 901821"),
        ("Bo Hale", "Hale Ltd", "bo@hale.example", "+49 30 901822"),
        ("Eva Lind", "Lind AB", "eva@lind.example", ""),
        ("Uwe Halm", "Halm KG", "uwe@halm.example", ""),
        ("Ina Falk", "Falk SE", "ina@falk.example", ""),
        ("Ina Berg", "Berg GmbH", "ina@berg.example", ""),
        ("Max Falk", "Other SE", "max@other.example", ""),
    ],
    columns=["Name", "Firma", "E-Mail", "Telefon"],
)
SHEETS = {
    "Disiscritti": (pd.DataFrame({"Nome": ["Demo, Karl", "Berg, Uta"]}), True),
    "Bajas": (pd.DataFrame({"Teléfono": ["030/901821", "030/555"]}), True),
    "Abmeldungen": (pd.DataFrame(["B. Hale", "Someone Else"]), False),
    "DNC": (pd.DataFrame({"Company": ["Lind", "Any Inc"]}), True),
    "Opt-outs": (pd.DataFrame({"Domain": ["halm.example"]}), True),
    "Widersprüche": (pd.DataFrame({"Nachname": ["Falk"], "Firma": ["Falk SE"]}), True),
}


def workbook(sheets):
    file = io.BytesIO()
    with pd.ExcelWriter(file) as book:
        PEOPLE.to_excel(book, sheet_name="Leads", index=False)
        for name, (frame, header) in sheets.items():
            frame.to_excel(book, sheet_name=name, index=False, header=header)
    return file.getvalue()


@pytest.fixture(scope="module")
def space():
    with pb.open_sandbox(leads=0) as ws:
        yield ws


@pytest.fixture(scope="module")
def intake(space):
    return space.leads.intake(workbook(SHEETS), progress=False)


def test_a_person_on_a_sheet_of_refusals_waits_by_name_phone_company_or_domain(intake):
    states = dict(zip(PEOPLE["Name"], intake.rows["state"], strict=True))
    assert [name for name, state in states.items() if state == "new"] == ["Ina Berg", "Max Falk"]
    reasons = dict(zip(PEOPLE["Name"], intake.rows["reason"], strict=True))
    assert reasons["Karl Demo"].startswith("its name is on the sheet 'Disiscritti'")
    assert reasons["Ada Berg"].startswith("its phone is on the sheet 'Bajas'")


def test_such_a_person_is_in_the_file_of_held_back_rows_and_sent_by_a_decision(space, intake, tmp_path):
    assert len(intake.held_back) == 6
    intake.save_held_back(tmp_path / "held.csv")
    held = pd.read_csv(tmp_path / "held.csv")
    held[held.columns[-1]] = ["create"] + [None] * 5
    held.to_csv(tmp_path / "held.csv", index=False)
    again = space.leads.intake(tmp_path / "held.csv", progress=False)
    assert again.rows["state"].tolist() == ["new"] + ["doubtful"] * 5


def test_a_sheet_of_refusals_that_cannot_be_used_is_named_and_holds_the_intake(space):
    sheets = {"Sperrliste": (pd.DataFrame({"Nr": [12, 13]}), True), "DNC": (pd.DataFrame({"Name": []}), True)}
    intake = space.leads.intake(workbook(sheets), progress=False)
    assert "'Sperrliste' looks like a list of refusals, and is not used" in repr(intake)
    assert "'DNC' looks" not in repr(intake)
    with pytest.raises(errors.UsageError, match=r"Sperrliste.*without_refusals=True"):
        intake.apply(progress=False)


def test_a_sheet_without_a_known_column_that_holds_a_person_is_not_called_unread(space):
    file = workbook({"Abmeldungen": (pd.DataFrame({"Who": ["Karl Demo"]}), True)})
    intake = space.leads.intake(file, progress=False)
    assert intake.rows["reason"].tolist()[PEOPLE["Name"].tolist().index("Karl Demo")].startswith("its name is on")
    assert "read for whom not to contact: 'Abmeldungen'" in repr(intake)
    assert "not read" not in repr(intake)


def test_the_rows_of_a_file_that_is_named_like_a_list_of_refusals_wait(space, tmp_path):
    PEOPLE.head(2).to_csv(tmp_path / "abmeldungen_2026.csv", index=False)
    rows = space.leads.intake(tmp_path / "abmeldungen_2026.csv", progress=False).rows
    assert rows["state"].tolist() == ["opted_out"] * 2


def test_a_long_list_of_refusals_is_compared_by_whole_words_and_initials():
    people = pl.DataFrame({"full_name": ["Karl Demo", "K. Berg", "Karl Berg", "Eva Lind"]})
    lines = [Line("DNC", (name,)) for name in ("Demo, K.", "Kai Berg", "Ada Berg", "Eva " + "Lind " * 12_000)]
    assert [*Refused(lines=lines).doubts(people, [])] == [0, 1]


def test_lists_in_which_many_people_share_a_family_name_are_compared():
    given = [f"{one}{other}" for one in "bcdghklmnpqrstvx" for other in ("an", "inh", "uong", "oa", "ien")]
    people = pl.DataFrame(
        {"full_name": [f"Nguyen Van {name}" for name in given * 250], "company_name": ["Acme", ""] * 10_000}
    )
    lines = [Line("DNC", (f"Van {name}, Nguyen",)) for name in given[1:] * 250]
    waiting = Refused(lines=lines).doubts(people, [])
    assert sorted({*range(people.height)} - {*waiting}) == [*range(0, people.height, len(given))]
    of_family = [Line("DNC", ("-",), given[0], company) for company in ("Other", "Acme") for _ in range(10_000)]
    people = people.with_columns(full_name=pl.lit(given[0]))
    assert len(Refused(lines=of_family).doubts(people, [])) == people.height
    assert len(Refused(lines=of_family[:9]).doubts(people, [])) == people.height / 2


def test_a_person_on_a_sheet_of_refusals_under_a_nickname_waits():
    people = pl.DataFrame({"full_name": ["Robert Miller", "Kasia Nowak", "William Miller", "Anna Nowak", "Rob Kurz"]})
    lines = [Line("DNC", cells) for cells in (("Bob Miller",), ("Nowak", "Katarzyna"), ("Kurz, Robert",))]
    assert [*Refused(lines=lines).doubts(people, [])] == [0, 1, 4]


def test_the_card_says_who_left_by_a_date_and_a_harmless_column_creates_them(ws):
    people = pd.DataFrame({"E-Mail": ["ida@korn.example", "ole@dahl.example"], "Austritt": ["31.12.2024", None]})
    intake = ws.leads.intake(people, progress=False)
    assert list(intake.rows["state"]) == ["opted_out", "new"]
    assert "1 person left the company, by a date or a yes in the list" in str(intake)
    ws.explain_statuses(harmless=["Austritt"])
    assert list(ws.leads.intake(people, progress=False).rows["state"]) == ["new", "new"]
