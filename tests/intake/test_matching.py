"""What identifies a row: words that people type to try something do not."""

import polars as pl
import pytest

import pb2b_notebook as pb
from pb2b_notebook.intake.matching import row_keys
from worse_records import messy_rows, worse_records


@pytest.mark.parametrize(
    ("row", "made_up"),
    [
        ({"full_name": None, "email": "test@test.com"}, True),
        ({"full_name": "Test Test", "email": "asdf@asdf.com"}, True),
        ({"full_name": "prova prova", "email": "prova@prova.it"}, True),
        ({"full_name": "Asdf", "email": None}, True),
        ({"full_name": "Anna Test", "email": "test@test.com"}, False),
        ({"full_name": "Asdf", "email": "a.rossi@rossi.example"}, False),
        ({"full_name": None, "email": "test@studio.example"}, False),
        ({"full_name": "Foo", "email": None}, False),
        ({"full_name": "Asdf", "email": "asdf@asdf.com", "phone": "+4930901820"}, False),
        ({"full_name": "Asdf", "email": None, "linkedin_url": "https://linkedin.com/in/a-rossi"}, False),
        ({"full_name": None, "email": None}, False),
    ],
)
def test_a_row_of_words_for_a_trial_is_made_up(row, made_up):
    assert [keys.made_up for keys in row_keys(pl.DataFrame([row], schema=dict.fromkeys(row, pl.String)))] == [made_up]


def test_a_messy_list_makes_no_record_worse():
    with pb.open_sandbox(leads=40, seed=5, rate_limit=1_000_000) as ws:
        intake = ws.leads.intake(messy_rows(5, 40), progress=False)
        assert sum(len(rows) > 1 for rows, _ in intake.decided.groups) > 10
        assert worse_records(intake) == worse_records(intake.change(existing="overwrite")) == []
