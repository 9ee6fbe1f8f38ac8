"""What a reviewer's choice joins, and what stays apart."""

import polars as pl
import pytest

from each_case import each_case
from pb2b_notebook import cleanup
from pb2b_notebook.cleanup.linkage.clusters.choices import Evidence, join_chosen
from pb2b_notebook.errors import CleanupError

LINK, WEAKER, AGAINST = 7.1, 7.0, -1.0
TWO_NAMES = [
    ("Edward Roth", "edward@f.example"),
    ("Edmund Roth", "edmund@f.example"),
    ("Eddie Roth", None),
]
"""Two people, and a row that may be either of them."""


def frame(people: list[tuple[str, str | None]]) -> pl.DataFrame:
    names, emails = zip(*people, strict=True)
    same = {"company_name": "F GmbH", "phone": "+49301234567", "city": "Bonn"}
    return pl.DataFrame({"full_name": names, "email": emails}).with_columns(**{k: pl.lit(v) for k, v in same.items()})


@each_case(
    ("choices", "expected"),
    [
        ({"same": [(2, 1)]}, [[1, 2]]),
        ({"same": [(0, 2)]}, [[0, 2]]),
        ({"same": [(2, 1)], "different": [(0, 1)]}, [[1, 2]]),
        ({"same": [(0, 1)]}, [[0, 1]]),
        ({"same": [(0, 1, 2)]}, [[0, 1, 2]]),
        ({"different": [(0, 2)]}, []),
    ],
)
def test_a_choice_about_a_third_row_does_not_join_two_people(choices, expected):
    found = cleanup.duplicates(frame(TWO_NAMES), **choices)
    assert found.clusters["rows"].to_list() == expected
    assert cleanup.merge(found.frame, found).merged == len(expected)


def test_choices_that_contradict_each_other_are_refused():
    with pytest.raises(CleanupError, match="keeps apart"):
        cleanup.duplicates(frame(TWO_NAMES), same=[(2, 1), (2, 0)], different=[(0, 1)])


@each_case(
    ("logits", "conflicts", "chosen", "expected"),
    [
        # Item 2 was with 0, and fits 1 as well: the choice takes 1, and cuts 0, which is not 1.
        ({(0, 1): AGAINST, (0, 2): LINK, (1, 2): WEAKER}, (), [(2, 1)], {0: 0, 1: 1, 2: 1}),
        ({(0, 1): AGAINST, (0, 2): LINK, (1, 2): AGAINST}, (), [(2, 1)], {0: 0, 1: 1, 2: 1}),
        # Items that fit both, or have nothing in common with one of them, come along.
        ({(0, 2): LINK}, (), [(2, 1)], {0: 0, 1: 0, 2: 0}),
        ({(0, 1): WEAKER, (0, 2): LINK}, (), [(2, 1)], {0: 0, 1: 0, 2: 0}),
        ({(0, 2): LINK}, {(0, 1)}, [(2, 1)], {0: 0, 1: 1, 2: 1}),
        # Two people whom two rows of one cluster were chosen for.
        ({(0, 1): AGAINST, (2, 3): LINK}, (), [(2, 0), (3, 1)], {0: 0, 1: 1, 2: 0, 3: 1}),
    ],
)
def test_a_row_comes_along_unless_it_speaks_against_the_chosen_one(logits, conflicts, chosen, expected):
    clusters = {item: 0 if item in {0, 2} else item for item in expected}
    clusters = {0: 0, 1: 1, 2: 2, 3: 2} if 3 in expected else clusters
    links = [pair for pair, logit in logits.items() if logit > 0 and clusters[pair[0]] == clusters[pair[1]]]
    assert join_chosen(clusters, links, chosen, Evidence(logits, 1.0, conflicts)) == expected
