"""Nulls of every library, and values that cannot be compared with themselves."""

from decimal import Decimal

import pandas as pd

from each_case import each_case
from pb2b_notebook.mapping.columns import values_of
from pb2b_notebook.nulls import is_null


class _Incomparable:
    def __ne__(self, other):
        raise ValueError("no truth value")

    __hash__ = None


@each_case("text", ["NaN", "-NaN", "sNaN", "sNaN7"])
def test_each_nan_of_decimals_is_null(text):
    assert is_null(Decimal(text))
    assert values_of(pd.DataFrame({"Amount": [Decimal(text), Decimal("1.5")]}, dtype=object), "Amount") == [
        None,
        Decimal("1.5"),
    ]


@each_case("text", ["0", "1.5", "Infinity", "-Infinity"])
def test_another_decimal_is_not_null(text):
    assert not is_null(Decimal(text))


def test_a_value_that_cannot_be_compared_is_not_null():
    assert not is_null(_Incomparable())
