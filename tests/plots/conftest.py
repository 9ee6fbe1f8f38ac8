"""The frame libraries of the tests of pictures."""

import pandas as pd
import polars as pl
import pytest


@pytest.fixture(params=[pd.DataFrame, pl.DataFrame], ids=["pandas", "polars"])
def kind(request):
    return request.param
