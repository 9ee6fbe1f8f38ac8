"""How often names are wrong in a list: two given names at one address are a household, or one person."""

import numpy as np

from each_case import each_case
from pb2b_notebook.cleanup.linkage.columns.further_columns import dates_at_one_home, further_columns
from pb2b_notebook.cleanup.linkage.scores.wrong_names import wrong_names

MARRIED, SIBLINGS, MISSPELLED = 10 | 7 << 4, 12 | 7 << 4, 10
ONE_DATE, TWO_DATES = 9 | 9 << 5, 21 | 9 << 5


@each_case(("given", "two_dates", "wrong"), [(120, 2, True), (120, 40, False), (300, 2, False), (50, 40, True)])
def test_given_names_are_wrong_more_often_than_family_names_where_no_family_has_two_birth_dates(
    given: int, two_dates: int, *, wrong: bool
) -> None:
    patterns = np.repeat([MARRIED, SIBLINGS, MISSPELLED], [30, given, 40])
    further = np.full(len(patterns), ONE_DATE)
    further[30 : 30 + two_dates] = TWO_DATES
    dates = dates_at_one_home(further, further_columns({"born": "date", "zip": "postcode"}))
    found = wrong_names(patterns, np.full(len(patterns), 9.0), (10.0, 1.0), (0.01, 0.01), two_dates=dates)
    assert found.given == wrong
