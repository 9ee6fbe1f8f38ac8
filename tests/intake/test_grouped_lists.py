"""The company of a list that is grouped by it is filled in, and that of a list in which some are missing is not."""

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from pb2b_notebook.intake.grouped_lists import RULE

N = None
PEOPLE = [
    ("Ada", "Berg", "ada@acme.example"), ("Bo", "Lund", "bo@acme.example"), ("Cy", "Dahl", "cy@nord.example"),
    ("Di", "Falk", "di@nord.example"), ("Eva", "Hale", "eva@gmail.com"), ("Fay", "Moss", "fay@nord.example"),
]  # fmt: skip


def listed(*lines):
    """A list of lines: those with a number have the person of this number, and an account or none."""
    rows = [(a, *(PEOPLE[b] if isinstance(b, int) else (b, N, N))) for a, b in lines]
    return pd.DataFrame(rows, columns=["Account Name", "First Name", "Last Name", "Email"])


GROUPED = {
    "subtotals and counts": listed(
        ("Acme Ltd", 0), (N, 1), ("Subtotal", N), ("Count", "2"),
        ("Nord AG", 2), (N, 3), (N, 4), (N, 5), ("Subtotal", N), ("Count", "4"), ("Total", N), ("Count", "6"),
    ),
    "totals of a pivot": listed(
        ("Acme Ltd", 0), (N, 1), ("Acme Ltd Ergebnis", N), ("Nord AG", 2), (N, 3), (N, 4), (N, 5),
        ("Nord AG Ergebnis", N), ("Gesamtergebnis", N),
    ),
    "headings with counts": listed(
        ("Account Name: Acme Ltd (2 records)", N), (N, 0), (N, 1),
        ("Account Name: Nord AG (4 records)", N), (N, 2), (N, 3), (N, 4), (N, 5), ("Grand Totals (6 records)", N),
    ),
    "headings": listed(
        ("Acme Ltd", N), (N, 0), ("Acme Ltd", N), (N, 1), ("Nord AG", N), (N, 2), (N, 3), (N, 4), (N, 5),
    ),
    "blank lines, and addresses of the companies": listed(
        ("Acme Ltd", 0), (N, 1), (N, N), ("Nord AG", 2), (N, 3), (N, 4), (N, 5),
    ),
}  # fmt: skip
OTHERS = {
    "companies that some people lack": listed(("Acme Ltd", 0), (N, 1), ("Nord AG", 2), (N, 3), (N, 4), ("Total", N)),
    "groups of something else": listed(("Acme Ltd", 0), (N, 1), ("Sol SA", 2), ("Total", N), ("Nord AG", 3), (N, 4)),
    "companies and people": listed(("Acme Ltd", N), (N, 0), (N, 1), ("Nord AG", N), ("Sol SA", N), (N, 4)),
    "one company, sorted to the start": listed(("Acme Ltd", 0), (N, 1), (N, 4), ("Total", N)),
    "two companies, and addresses of others": listed(("Acme Ltd", 0), (N, 3), (N, N), ("Nord AG", 2), (N, 1)),
    "groups by owner": listed(("Acme Ltd", 0), (N, 1), (N, N), ("Nord AG", 2), (N, 3)).assign(
        Owner=["Kim", N, N, "Lee", N]
    ),
}


@pytest.fixture(scope="module")
def empty():
    with pb.open_sandbox(leads=0) as workspace:
        yield workspace


def companies_of(ws, people):
    intake = ws.leads.intake(people, progress=False)
    return intake, intake.cleaned.frame.filter(pl.col("email").is_not_null())["company_name"].to_list()


@pytest.mark.parametrize("name", GROUPED)
@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_the_company_of_a_group_is_that_of_its_people(empty, name, library):
    people = GROUPED[name] if library == "pandas" else pl.from_pandas(GROUPED[name])
    intake, companies = companies_of(empty, people)
    assert companies == ["Acme Ltd"] * 2 + ["Nord AG"] * 4
    assert intake.summary == {**dict.fromkeys(intake.summary, 0), "new": 6, "no_person": len(people) - 6}
    count = sum(changed == RULE for changed in intake.normalized.changes["rule"])
    assert f"{count} people without one got that of their group" in " ".join(repr(intake).split())
    assert intake.plan.source.facts["grouped_by"] == "Account Name"


@pytest.mark.parametrize("name", OTHERS)
def test_a_company_that_is_missing_stays_so(empty, name):
    intake, companies = companies_of(empty, OTHERS[name])
    own = [
        name
        for name, email in zip(OTHERS[name]["Account Name"], OTHERS[name]["Email"], strict=True)
        if isinstance(email, str)
    ]
    assert [company or None for company in companies] == [None if pd.isna(firm) else firm for firm in own]
    assert "grouped_by" not in intake.plan.source.facts


def test_a_row_that_is_held_back_keeps_the_company_of_its_group(tmp_path):
    with pb.open_sandbox(leads=0) as ws:
        ws.leads.create({"full_name": "Kim Roth", "email": "bo@acme.example"})
        intake = ws.leads.intake(GROUPED["headings with counts"], progress=False)
        intake.save_held_back(tmp_path / "held.csv")
        assert pb.read_leads(tmp_path / "held.csv", frame="pandas")["Account Name"].tolist() == ["Acme Ltd"]
        assert ws.leads.intake(tmp_path / "held.csv", progress=False).summary["doubtful"] == 1


@pytest.mark.parametrize(
    "note", ["Hinweis: Termine offen", "Please ask Ada before you call", "Besuch am 3.12.2026 geplant"]
)
def test_people_below_a_note_among_companies_get_no_company(empty, note):
    lines = [("Acme Ltd", N), (N, 0), ("Nord AG", N), (N, 2), ("Sol SA", N), (N, 4), (note, N), (N, 1)]
    intake = empty.leads.intake(listed(*lines), progress=False)
    assert [*intake.merged.frame["company_name"]] == ["Acme Ltd", "Nord AG", "Sol SA", None]


def test_a_list_whose_companies_stand_in_a_total_alone_has_no_groups(empty):
    intake, companies = companies_of(empty, listed((N, 0), (N, 1), ("Total: 2", N)))
    assert intake.summary["new"] == 2
    assert [company or None for company in companies] == [None, None]
