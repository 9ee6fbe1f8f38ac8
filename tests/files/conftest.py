"""Frames that the tests of files save, and how they are compared."""

import pandas as pd
import pytest


@pytest.fixture(params=["csv", "tsv", "xlsx", "jsonl", "parquet"])
def suffix(request):
    return request.param


@pytest.fixture(scope="session")
def leads(shared_ws):
    return shared_ws.leads.list(include_deleted=True)


@pytest.fixture(scope="session")
def polars_leads(shared_ws):
    return shared_ws.leads.list(include_deleted=True, frame="polars")


@pytest.fixture
def same():
    return pd.testing.assert_frame_equal
