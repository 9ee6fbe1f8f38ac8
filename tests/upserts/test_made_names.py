"""A plan makes the full name of first and last name, visibly, and never over a name that is there."""

import pandas as pd
import polars as pl
import pytest

from upsert_frames import leads_of

PEOPLE = {
    "email": [f"n{number}@plan.example" for number in range(5)],
    "first_name": ["Ada", " Bob ", "Eve", "n/a", None],
    "last_name": ["Berg", "Li", "Kurz", "Fox", "Roy"],
}
MADE = "full_name is made of first_name and last_name"


@pytest.mark.parametrize("library", [pd.DataFrame, pl.DataFrame])
def test_new_leads_get_a_full_name_and_the_plan_says_so(ws, oracle, library):
    plan = ws.leads.plan(library({**PEOPLE, "full_name": [None, None, "Eva Kurz", None, None]}))
    assert plan.decisions.rows["reason"].to_list() == [MADE, MADE, None, None, None]
    diff = plan.differences.filter(pl.col("field") == "full_name")
    assert diff.select("row", "after").rows() == [(0, "Ada Berg"), (1, "Bob Li"), (2, "Eva Kurz")]
    plan.apply()
    assert sorted(leads_of(oracle)["full_name"].drop_nulls()) == ["Ada Berg", "Bob Li", "Eva Kurz"]


def test_a_mapped_list_without_a_full_name_gets_one(ws):
    frame = pd.DataFrame(PEOPLE).rename(columns={"first_name": "Vorname", "last_name": "Nachname", "email": "Mail"})
    plan = ws.leads.plan(frame, {"Vorname": "first_name", "Nachname": "last_name", "Mail": "email"})
    assert plan.differences.filter(pl.col("field") == "full_name")["after"].to_list() == [
        "Ada Berg",
        "Bob Li",
        "Eve Kurz",
    ]


def test_names_of_east_asia_are_made_family_name_first(ws):
    people = pd.DataFrame(
        [
            ("浩然", "周", "CN"),
            ("민지", "김", None),
            ("智也", "野口", "JP"),
            ("さくら", "山田", None),
            ("Min-ji", "Kim", "KR"),
        ],
        columns=["first_name", "last_name", "country"],
    )
    plan = ws.leads.plan(people.assign(email=PEOPLE["email"]))
    made = plan.differences.filter(pl.col("field") == "full_name")["after"].to_list()
    assert made == ["周浩然", "김민지", "野口 智也", "山田 さくら", "Min-ji Kim"]


def test_the_name_of_a_lead_is_never_replaced(ws, oracle):
    oracle.leads.create(email=PEOPLE["email"][0], full_name="Dr. Ada Berg")
    oracle.leads.create(email=PEOPLE["email"][1], last_name="Li")
    plan = ws.leads.plan(pd.DataFrame(PEOPLE).head(2))
    assert plan.differences.filter(pl.col("field") == "full_name").select("row", "after").rows() == [(1, "Bob Li")]
    plan.apply()
    assert ws.leads.plan(pd.DataFrame(PEOPLE).head(2)).summary["unchanged"] == 2


FOLLOWING = [
    (("Ada Berg", "Ada", "Berg"), ("Ada", "Bergmann"), "Ada Bergmann"),
    (("ADA  BERG", "Ada", "Berg"), ("Eva", "Berg"), "Eva Berg"),
    (("周浩然", "浩然", "周"), ("浩然", "邹"), "邹浩然"),
    (("Jörg Müller", "Jörg", "Müller"), ("Jorg", "Muller"), None),
    (("Ada Berg", "Ada", "Berg"), ("Berg", "Ada"), None),
    (("周浩然", "浩然", "周"), ("周", "浩然"), None),
    (("Dr. Ada Berg", "Ada", "Berg"), ("Ada", "Bergmann"), None),
    (("Ada M. Berg", "Ada", "Berg"), ("Ada", "Bergmann"), None),
    (("Ada Berg", "Ada", "Berg"), ("A.", "Berg"), None),
    (("Ada Berg", None, "Berg"), ("Ada", "Bergmann"), None),
    (("Ada Bergmann", "Ada", "Bergmann"), ("Ada", "Bergmann"), None),
]
"""Full, first and last name of a lead; first and last name of its row; the full name that is made, if one is."""


def test_a_full_name_that_is_the_two_names_follows_them(ws, oracle):
    emails = [f"a{number}@plan.example" for number in range(len(FOLLOWING))]
    leads, listed, made = zip(*FOLLOWING, strict=True)
    ids = [
        oracle.leads.create(email=email, full_name=full, first_name=first, last_name=last)["id"]
        for email, (full, first, last) in zip(emails, leads, strict=True)
    ]
    people = pd.DataFrame(listed, columns=["first_name", "last_name"]).assign(email=emails)
    assert "full_name" not in {*ws.leads.plan(people, existing="fill").diff["field"]}
    plan = ws.leads.plan(people)
    diff = plan.differences.filter(pl.col("field") == "full_name")
    assert dict(diff.select("row", "after").rows()) == {row: name for row, name in enumerate(made) if name}
    assert plan.decisions.rows["reason"].to_list() == [MADE if name else None for name in made]
    plan.apply()
    expected = [name or lead[0] for lead, name in zip(leads, made, strict=True)]
    assert [ws.leads.get(lead_id).full_name for lead_id in ids] == expected
    assert ws.leads.plan(people).summary["unchanged"] == len(people)


@pytest.mark.parametrize(
    ("lead", "listed", "after"),
    [
        (("Ann Berg", "Ann", "Berg"), {"last_name": "Stone"}, "Ann Stone"),
        (("Ann Berg", "Ann", "Berg"), {"first_name": "Eva"}, "Eva Berg"),
        (("Ann Berg", "Ann", "Berg"), {"first_name": None, "last_name": "Stone"}, "Ann Stone"),
        (("Ann Berg", "Ann", "Berg"), {"first_name": "n/a", "last_name": "Stone"}, "Ann Stone"),
        (("野口 智也", "智也", "野口"), {"last_name": "山田"}, "山田 智也"),
        ((None, "Ann", None), {"last_name": "Stone"}, "Ann Stone"),
        (("Ann Berg", "Ann", "Berg"), {"first_name": "A."}, "Ann Berg"),
        (("Ann M. Berg", "Ann", "Berg"), {"last_name": "Stone"}, "Ann M. Berg"),
        (("Ann Berg", None, None), {"last_name": "Stone"}, "Ann Berg"),
        (("Ann Berg", "Ann", "Berg"), {"last_name": "-"}, "Ann Berg"),
        (("Maria De La Cruz", "Maria", "De La Cruz"), {"first_name": "Maria De La"}, "Maria De La Cruz"),
        (("Mary Beth Nolan", "Mary Beth", "Nolan"), {"last_name": "Beth Nolan"}, "Mary Beth Nolan"),
    ],
)
def test_a_full_name_follows_one_part(ws, oracle, lead, listed, after):
    names = dict(zip(("full_name", "first_name", "last_name"), lead, strict=True))
    made = oracle.leads.create(email="a@plan.example", country="JP", **names)
    people = pd.DataFrame([{"email": "a@plan.example", **listed}] * 2)
    plan = ws.leads.plan(people)
    changed = "full_name" in {*plan.diff["field"]}
    assert plan.decisions.rows["reason"].to_list() == [
        MADE if changed else plan.decisions.rows["reason"][0],
        "has the same values as row 0 of the frame, which is sent for both",
    ]
    plan.apply()
    assert (ws.leads.get(made["id"]).full_name, changed) == (after, after != lead[0])


def test_a_full_name_that_is_not_in_the_frame_is_never_cleared(ws, oracle):
    made = oracle.leads.create(email="a@plan.example", full_name="Dr. Ann Berg", first_name="Ann", last_name="Berg")
    for name in ("first_name", "last_name"):
        ws.leads.plan(pd.DataFrame([{"email": "a@plan.example", name: "Eva"}]), clear=["full_name"]).apply()
    assert ws.leads.get(made["id"]).full_name == "Dr. Ann Berg"


def test_a_made_name_follows_an_edit_and_named_fields_are_all_that_is_written(ws):
    plan = ws.leads.plan(pd.DataFrame(PEOPLE).head(2))
    edited = plan.edited({0: {"first_name": "Eva"}, 1: {"full_name": "Robert Li"}})
    assert edited.differences.filter(pl.col("field") == "full_name")["after"].to_list() == ["Eva Berg", "Robert Li"]
    assert edited.decisions.rows["reason"].to_list() == [MADE, None]
    only = ws.leads.plan(pd.DataFrame(PEOPLE), fields=["first_name", "last_name"])
    assert "full_name" not in only.decisions.fields


def test_placeholders_are_no_key(ws):
    people = {
        "email": ["no mail", "No Mail", "n/a"],
        "last_name": ["Berg", "Li", "Kurz"],
        "external_id": ["n/a", "N/A", "7"],
    }
    by_email = ws.leads.plan(pd.DataFrame(people))
    assert by_email.rows["code"].tolist() == ["missing_key"] * 3
    by_id = ws.leads.plan(pd.DataFrame(people).drop(columns="email"), match_on="external_id")
    assert by_id.decisions.rows["code"].to_list() == ["missing_key", "missing_key", None]


def test_a_cell_that_mapping_and_field_refuse_has_one_problem(ws):
    frame = pd.DataFrame({"Mail": ["a@plan.example"], "Status": ["foo"]})
    problems = ws.leads.plan(frame, {"Mail": "email", "Status": "status"}).problems
    assert problems[["row", "field", "code"]].to_numpy().tolist() == [[0, "status", "unconverted"]]
