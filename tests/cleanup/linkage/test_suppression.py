"""Which pairs of a new row and a person who opted out a person is asked about."""

import numpy as np
import pytest

from pb2b_notebook.cleanup.linkage.suppression import may_be_suppressed

SAME_NAME, SIMILAR_FIRST, OTHER_FIRST = 1, 10, 12
SAME_COMPANY, SIMILAR_COMPANY, OTHER_COMPANY, SAME_PHONE = 4 << 7, 8 << 7, 12 << 7, 1 << 16


@pytest.mark.parametrize(
    ("pattern", "probability", "asked"),
    [
        (SAME_NAME | SIMILAR_COMPANY, 0.02, True),
        (2 | SIMILAR_COMPANY, 0.02, True),
        (SIMILAR_FIRST | SAME_COMPANY, 0.4, True),
        (SIMILAR_FIRST | SAME_COMPANY, 0.25, False),
        (SAME_NAME | OTHER_COMPANY, 0.4, False),
        (OTHER_FIRST | OTHER_COMPANY | SAME_PHONE, 0.4, True),
        (OTHER_FIRST | SAME_COMPANY | SAME_PHONE, 0.1, False),
    ],
)
def test_what_an_intake_shows_as_perhaps_a_known_lead_is_asked_about(pattern, probability, asked):
    assert may_be_suppressed(np.array([pattern]), np.array([probability])).tolist() == [asked]
