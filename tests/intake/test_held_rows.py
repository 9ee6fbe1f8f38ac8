"""Rows that were held back are known again in a file that lost its reasons, whatever a spreadsheet made of the rest."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb2b_notebook.intake.held_rows import find_held_rows, held_rows

COLUMNS = {"Name": "full_name", "Mail": "email", "Phone": "phone", "Firm": "company_name"}
WORDS = st.text("abcdefgh", min_size=3, max_size=6)


@given(
    st.lists(st.tuples(WORDS, WORDS, WORDS, WORDS), min_size=1, max_size=8, unique_by=lambda row: row[0]),
    st.randoms(use_true_random=False),
)
def test_rows_are_found_in_any_order_and_under_any_names(rows, random):
    people = pd.DataFrame(rows, columns=list(COLUMNS))
    held = held_rows(people, COLUMNS, range(len(people)), {})
    kept = ["Name", *random.sample(["Mail", "Phone", "Firm"], random.randint(0, 3))]
    random.shuffle(kept)
    back = (
        people[kept]
        .sample(frac=1, random_state=random.randint(0, 99))
        .set_axis([f"c{n}" for n in range(len(kept))], axis=1)
    )
    assert find_held_rows(back, held) == list(range(len(people)))


def test_a_lost_column_is_not_taken_for_there_where_a_name_is_that_of_a_company():
    people = pd.DataFrame({"Name": ["Roth", "Ada Berg"], "Firm": ["Roth", "Nord"]})
    held = held_rows(people, {"Name": "full_name", "Firm": "company_name"}, [0, 1], {})
    assert find_held_rows(people[["Name"]], held) == [0, 1]


@pytest.mark.parametrize(
    ("corrected", "waits"),
    [
        ({}, [0, 1]),
        ({"Phone": 4930901820.0, "Name": " ADA BERG"}, [0, 1]),  # as a spreadsheet saves them
        ({"Mail": "ada@nord.example"}, [1]),
        ({"Name": "Ida Roth", "Mail": "ida@nord.example", "Phone": "1"}, [1]),  # a colleague
    ],
)
def test_a_row_that_was_corrected_is_judged_by_itself(corrected, waits):
    ada = {"Name": "Ada Berg", "Mail": "ada@nrod.example", "Phone": "+4930901820", "Firm": "Nord"}
    bo = {"Name": "Bo Hale", "Mail": "bo@nord.example", "Phone": "+4930901821", "Firm": "Nord"}
    held = held_rows(pd.DataFrame([ada, bo]), COLUMNS, [0, 1], {})
    assert find_held_rows(pd.DataFrame([ada | corrected, bo]), held) == waits


def test_digests_of_another_key_show_nothing():
    people = pd.DataFrame([{"Name": "Ada Berg", "Mail": "ada@b.example"}])
    one, other = (held_rows(people, {"Name": "full_name", "Mail": "email"}, [0], {}, key) for key in ("a", "b"))
    assert {digest for row in one for _, digest in row.cells}.isdisjoint(d for row in other for _, d in row.cells)
    assert (find_held_rows(people, one, "a"), find_held_rows(people, one, "b")) == ([0], [])
