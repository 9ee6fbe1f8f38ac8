"""What a list may replace in a known lead where it overwrites: nothing by what says less."""

import polars as pl

from each_case import each_case
from pb2b_notebook.intake.overwriting import overwrite_values


def test_a_list_does_not_take_the_extension_of_a_phone():
    leads = pl.DataFrame({"id": ["a", "b"], "phone": ["+49 221 4710257 ext. 60", "+49 221 4710257 ext. 60"]})
    of_list = pl.DataFrame({"id": ["a", "b"], "phone": ["+492214710257", "+492214710258"]})
    assert overwrite_values(leads, of_list)["phone"].to_list() == ["+49 221 4710257 ext. 60", "+492214710258"]


@each_case(
    ("lead", "listed", "expected"),
    [
        (("Maria", "De La Cruz"), ("Maria De La", "Cruz"), ("Maria", "De La Cruz")),
        (("Maria De La", "Cruz"), ("Maria", "De La Cruz"), ("Maria De La", "Cruz")),
        (("Mary Beth", "Nolan"), (None, "Beth Nolan"), ("Mary Beth", "Nolan")),
        (("Jane", "Smith"), ("Jane Smith", "Jones"), ("Jane Smith", "Jones")),
        (("Jane", "Smith"), ("Jane", "Smith Jones"), ("Jane", "Smith Jones")),
    ],
)
def test_a_list_does_not_mix_its_part_of_a_name_with_the_other_part_of_the_lead(lead, listed, expected):
    frames = [
        pl.DataFrame([("a", *names)], ["id", "first_name", "last_name"], orient="row") for names in (lead, listed)
    ]
    assert overwrite_values(*frames).row(0)[1:] == expected


MAIL = {"email": "daniel.barlow@nord.example"}


@each_case(
    ("own", "listed", "expected"),
    [
        ({"phone": "+16505550130"}, {"phone": "+1650"}, {}),
        ({"phone": "see email"}, {"phone": "+16505550130"}, {"phone": "+16505550130"}),
        ({"employee_count": 14}, {"employee_count": 0}, {}),
        ({"employee_count": 14}, {"employee_count": 20}, {"employee_count": 20}),
        ({"status": "replied"}, {"status": "contacted"}, {}),
        ({"status": "replied"}, {"status": "qualified"}, {"status": "qualified"}),
        ({"status": "unsubscribed"}, {"status": "qualified"}, {}),
        ({"status": "Working"}, {"status": "new"}, {"status": "new"}),
        ({"company_name": "Nord N.V."}, {"company_name": "Nord nv"}, {}),
        ({"company_name": "Nord, Inc."}, {"company_name": "Nord Incorporated"}, {}),
        ({"company_name": "Nord AG"}, {"company_name": "Nord GmbH"}, {"company_name": "Nord GmbH"}),
        ({"last_name": "Barlow", **MAIL}, {"last_name": "Barlwo"}, {}),
        ({"last_name": "Barlwo", **MAIL}, {"last_name": "Barlow"}, {"last_name": "Barlow"}),
        ({"last_name": "Barlow"}, {"last_name": "Barlwo"}, {"last_name": "Barlwo"}),
        ({"first_name": "Daniel"}, {"first_name": "Dan"}, {}),
        ({"first_name": "Dan"}, {"first_name": "Daniel"}, {"first_name": "Daniel"}),
        ({"last_name": "O'Connor"}, {"last_name": "OConnor"}, {}),
        ({"last_name": "Mcallister"}, {"last_name": "McAllister"}, {"last_name": "McAllister"}),
    ],
)
def test_a_list_replaces_no_value_by_one_that_says_less(own, listed, expected):
    schema = {name: pl.Int64 if name == "employee_count" else pl.String for name in ("id", *own)}
    lead, of_list = (pl.DataFrame([{"id": "a", **values}], schema=schema) for values in (own, listed))
    assert overwrite_values(lead, of_list).row(0, named=True) == {"id": "a", **own, **expected}


def test_names_of_a_list_and_of_a_lead_that_contradict_each_other_are_not_mixed():
    names = ["id", "full_name", "first_name", "last_name"]
    rows = [("a", "Paulina Sikora", "Paulina", "Sikora"), ("b", "Ada Berg", "Ada", "Berg")]
    listed = [("a", "Paula Sikora", "Paula", "Sikora"), ("b", "Ada Lund", "Ada", "Lund")]
    lead, of_list = (pl.DataFrame(some, names, orient="row") for some in (rows, listed))
    lead = lead.with_columns(email=pl.Series(["paulina.sikora@nord.example", None]))
    assert overwrite_values(lead, of_list).select(names).rows() == [rows[0], listed[1]]
