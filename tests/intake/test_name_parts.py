"""Name parts that a list adds to a known lead are those of its full name."""

import polars as pl
import pytest

from pb2b_notebook.intake.name_parts import spell_added_parts


@pytest.mark.parametrize(
    ("full", "first", "last", "wanted"),
    [
        ("Małgorzata Dąbrowska", "MALGORZATA", "Dabrowska", ("Małgorzata", "Dąbrowska")),
        ("Priya Raghunathan", "Priya", "Ragunathan", ("Priya", None)),
        ("Luis Fernando Ortega Ruiz", "L. Fernando", "Ortega", (None, None)),
        ("Luis Fernando Ortega Ruiz", "Luis Fernando", "ORTEGA RUIZ", ("Luis Fernando", "Ortega Ruiz")),
        ("中村 浩", "浩", "中村", ("浩", "中村")),
        ("欧阳修远", "修远", "欧阳", ("修远", "欧阳")),
        ("", "Ada", "Berg", ("Ada", "Berg")),
        ("Maria De La Cruz", "Maria De La", "CRUZ", ("Maria De La", "Cruz")),
    ],
)
def test_parts_are_added_as_the_full_name_spells_them(full, first, last, wanted):
    record = {"id": "lead_1", "full_name": full, "first_name": first, "last_name": last}
    leads = pl.DataFrame([{"id": "lead_1", "full_name": full}])
    assert spell_added_parts(pl.DataFrame([record]), leads).select("first_name", "last_name").row(0) == wanted


def test_a_part_is_not_added_beside_one_that_has_its_words():
    lead = {"id": "lead_1", "full_name": "Maria De La Cruz", "last_name": "De La Cruz"}
    record = pl.DataFrame([lead | {"first_name": "Maria De La"}])
    assert spell_added_parts(record, pl.DataFrame([lead]))["first_name"].to_list() == [None]


def test_new_people_and_parts_of_the_lead_itself_stay():
    records = [("lead_1", "Ada Berg", "Adda"), (None, "Ada Berg", "Adda")]
    frame = pl.DataFrame(records, schema=["id", "full_name", "first_name"], orient="row")
    leads = pl.DataFrame({"id": ["lead_1"], "full_name": ["Ada Berg"], "first_name": ["Adda"]})
    assert spell_added_parts(frame, leads).equals(frame)
