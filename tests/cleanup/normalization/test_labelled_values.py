"""Awkward values from many countries, labelled by a person with their canonical form.

Most of ``labelled_values.csv`` was labelled before anyone looked at the tables of names, legal forms and countries. The
rules of that time disagreed on 22 values and damaged five: BIN WANG, VAN NGUYEN and DE WITT CLINTON lost the capital of
a given name, İSMAİL lost its letter, and Congo became one of two countries. The rules were fixed, and similar awkward
values added. Four stay unchanged on purpose: NG and JO may be initials, d'estaing may be D'Estaing, and 07700 900123 is
a number reserved for films.
"""

import csv
from collections import defaultdict
from pathlib import Path

import polars as pl
import pytest

from frame_libraries import LIBRARIES, rows_of
from pb2b_notebook.cleanup import normalize

SOURCES = {"company_core": "company_name"}


def labelled_values():
    with (Path(__file__).parent / "labelled_values.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_values_get_the_form_that_a_person_gave_them(library, cell_ws):
    fields, rows = cell_ws.lead_fields.list(), labelled_values()
    assert len(rows) > 400
    columns = defaultdict(list)
    for number, row in enumerate(rows):
        # The whole column decides how a date is read, so each date has its own column.
        columns[row["field"] if row["field"] != "custom_renewal_date" else number].append(row)
    wrong = []
    for group in columns.values():
        name = group[0]["field"]
        column = SOURCES.get(name, name)
        values = {column: [row["value"] for row in group]}
        if column != "country":
            values["country"] = [row["country"] or None for row in group]
        frame = normalize(LIBRARIES[library](values), lead_fields=fields).frame
        results = [cells[list(frame.columns).index(name)] for cells in rows_of(frame)]
        wrong += [(row, value) for row, value in zip(group, results, strict=True) if (value or "") != row["wanted"]]
    assert wrong == []


def test_a_phone_extension_is_kept_in_its_own_column(make_frame):
    frame = make_frame({"phone": ["+49 30 901820 ext. 12", "+4930901820"], "country": ["DE", "DE"]})
    done = normalize(frame)
    assert done.derived == ("phone_extension",)
    assert [(row[0], row[2]) for row in rows_of(done.frame)] == [("+4930901820", "12"), ("+4930901820", None)]


def test_a_phone_in_a_custom_field_keeps_its_extension_in_the_cell(make_frame, cell_ws):
    field = {"key": "desk", "label": "Desk", "type": "phone", "required": False, "builtin": False}
    fields = [*cell_ws.lead_fields.list(frame="polars").to_dicts(), field]
    numbers = ["+44 20 7946 0958 ext. 17", "+442079460958 x17", "+44 20 7946 0958"]
    done = normalize(make_frame({"custom_desk": numbers}), lead_fields=pl.DataFrame(fields, infer_schema_length=None))
    assert [row[0] for row in rows_of(done.frame)] == ["+442079460958 x17", "+442079460958 x17", "+442079460958"]


def test_a_date_with_points_is_ambiguous_in_a_column_with_the_month_first(make_frame, cell_ws):
    frame = make_frame({"custom_renewal_date": ["12.31.2026", "10.03.2026", "March 4, 2026"]})
    rows = rows_of(normalize(frame, lead_fields=cell_ws.lead_fields.list()).frame)
    assert [row[0] for row in rows] == ["2026-12-31", "10.03.2026", "2026-03-04"]
