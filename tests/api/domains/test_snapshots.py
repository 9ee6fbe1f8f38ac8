"""One-row frames, made to be appended."""

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb


@pytest.fixture(scope="module")
def ws():
    with pb.open_sandbox(leads=60, rate_limit=1_000_000) as opened:
        yield opened


@pytest.mark.parametrize("domain", ["billing", "settings"])
def test_a_snapshot_is_one_row_that_says_when_it_was_taken(ws, domain):
    snapshot = getattr(ws, domain).snapshot()
    assert snapshot.shape[0] == 1
    assert snapshot.columns[:2].tolist() == ["taken_at", "workspace_id"]
    assert snapshot["taken_at"].iloc[0] == ws.sandbox.clock.now()
    assert snapshot["workspace_id"].iloc[0] == ws.id
    assert snapshot.columns.is_unique
    assert not {"id", "object"} & set(snapshot.columns)


@pytest.mark.parametrize("domain", ["billing", "settings"])
def test_snapshots_are_the_same_in_both_libraries(ws, domain):
    pandas, polars = getattr(ws, domain).snapshot(), getattr(ws, domain).snapshot(frame="polars")
    assert isinstance(polars, pl.DataFrame)
    assert pandas.columns.tolist() == polars.columns
    for name in pandas.columns:
        left, right = pandas[name].iloc[0], polars[name][0]
        left = left.tolist() if hasattr(left, "tolist") else left
        right = right.to_list() if isinstance(right, pl.Series) else right
        assert left == right or (pd.isna(left) and right is None) or name == "taken_at", name
    assert str(pandas["taken_at"].dtype) == "datetime64[us, UTC]"
    assert polars["taken_at"].dtype == pl.Datetime("us", "UTC")


def test_snapshots_of_two_moments_are_one_frame_without_a_change_of_dtype(ws):
    before = ws.billing.snapshot()
    ws.leads.create(email="one.more@example.com")
    ws.sandbox.clock.advance(3600)
    after = ws.billing.snapshot()
    history = pd.concat([before, after], ignore_index=True)
    assert history["usage_leads_stored"].diff().iloc[1] == 1
    assert history["taken_at"].is_monotonic_increasing
    assert list(history.dtypes) == list(before.dtypes)
    both = pl.concat([ws.billing.snapshot(frame="polars") for _ in range(2)])
    assert both.height == 2


def test_a_snapshot_follows_the_workspaces_library(ws):
    with pb.connect(ws.sandbox.create_key(), base_url=ws._session.client.base_url, frame="polars") as other:
        assert isinstance(other.settings.snapshot(), pl.DataFrame)
