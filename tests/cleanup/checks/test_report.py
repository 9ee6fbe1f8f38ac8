"""Four shares a field, before and after, and the picture of them."""

import datetime as dt

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import pytest

import pb2b_notebook as pb
from frame_libraries import rows_of
from pb2b_notebook.cleanup import normalize, report
from pb2b_notebook.errors import CleanupError, InvalidParameterError

NOW = dt.datetime(2026, 3, 10, tzinfo=dt.UTC)
LEADS = {
    "email": ["Ada@b.co", "bob@", None, "eve@b.co"],
    "country": ["Germany", "DE", "DE", "n/a"],
    "city": [None, None, None, None],
    "updated_at": ["2026-03-01T00:00:00Z", "2020-01-01T00:00:00Z", None, "2026-03-09T00:00:00+00:00"],
}


@pytest.fixture(autouse=True)
def no_window():
    mpl.use("agg")
    yield
    plt.close("all")


def test_the_shares_are_those_of_the_cells(made):
    table = rows_of(report(made(LEADS), now=NOW).table)
    assert [row[:6] for row in table] == [
        ("all fields", 6, 6 / 12, 4 / 6, 4 / 6, 3 / 6),
        ("email", 3, 3 / 4, 2 / 3, 2 / 3, 2 / 3),
        ("country", 3, 3 / 4, 2 / 3, 2 / 3, 1 / 3),
        ("city", 0, 0.0, None, None, None),
    ]
    assert table[1][6] == pytest.approx((3 / 4 + 2 / 3 * 3) / 4)


def test_before_stands_beside_after(made):
    before = report(made(LEADS), now=NOW)
    after = report(normalize(made(LEADS)).frame, before=before, now=NOW)
    rows = {
        row["field"]: row
        for row in pd.DataFrame(rows_of(after.table), columns=list(after.table.columns)).to_dict("records")
    }
    assert rows["email"]["consistency_before"] == pytest.approx(2 / 3)
    assert rows["email"]["consistency"] == 1
    assert rows["country"]["validity"] == 1
    assert rows["country"]["filled_before"] == rows["country"]["filled"] == 3
    assert repr(after).startswith("Quality of 3 fields: completeness 50.0%")


def test_without_times_nothing_is_said_of_freshness(made):
    assert all(row[5] is None for row in rows_of(report(made({"email": ["a@b.co"]})).table))


def test_an_empty_frame_has_no_shares(made):
    assert rows_of(report(made({"email": []})).table)[0][2:] == (None, None, None, None, None)


def test_what_is_no_report_is_refused():
    with pytest.raises(CleanupError, match="before= is not a report"):
        report(pd.DataFrame(LEADS), before=3)
    with pytest.raises(CleanupError, match="now= is not a datetime with a time zone"):
        report(pd.DataFrame(LEADS), now=dt.datetime.now())  # noqa: DTZ005 - which is what is wrong with it
    with pytest.raises(InvalidParameterError, match="no report"):
        pb.plots.quality(pd.DataFrame(LEADS))


def test_the_picture_shows_each_share_by_its_own_marker(made):
    before = report(made(LEADS), now=NOW)
    after = report(normalize(made(LEADS)).frame, before=before, now=NOW)
    axes = pb.plots.quality(after)
    drawn = {line.get_label(): line for line in axes.lines if not line.get_label().startswith("_")}
    assert {name: line.get_marker() for name, line in drawn.items()} == {
        "completeness": "o", "validity": "s", "consistency": "^", "freshness": "D",
    }  # fmt: skip
    shares = {row[0]: row[2:6] for row in rows_of(after.table)}
    for place, line in enumerate(drawn.values()):
        assert list(line.get_xdata()) == [one[place] for one in shares.values() if one[place] is not None]
    hollow = [line for line in axes.lines if line.get_fillstyle() == "none"]
    earlier = {row[0]: row[2:6] for row in rows_of(before.table)}
    differing = sum(
        now != then
        for name in shares
        for now, then in zip(shares[name], earlier[name], strict=True)
        if then is not None
    )
    assert len(hollow) == differing > 0
    assert "hollow: before" in axes.get_title(loc="left")


def test_the_picture_goes_where_it_is_told():
    _, axes = plt.subplots()
    assert pb.plots.quality(report(pd.DataFrame(LEADS), now=NOW), ax=axes) is axes
