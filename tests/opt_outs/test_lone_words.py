"""One or two words under any header that say who refuses, left or died."""

import pytest

from pb2b_notebook.opt_outs import says_alone


@pytest.mark.parametrize(
    "text",
    [
        "deceased",
        "slett meg",
        "nekontaktovat",
        "уволился",
        "퇴사함",
        "verstorben",
        "zmarł",
        "nevolat",
        "已离职",
        "resigned",
        "no calls",
    ],
)
def test_a_word_of_a_person_alone_says_it(text):
    assert says_alone(text)


@pytest.mark.parametrize(
    "text",
    [
        "Retraite",
        "verzogen",
        "Latin",
        "Lahti",
        "Stop",
        "gekündigt",
        "wakat",
        "departed",
        "退職",
        "uvolněn",
        "x",
        "",
        "left",
    ],
)
def test_a_topic_a_thing_or_a_name_does_not(text):
    assert not says_alone(text)
