"""Four shares for each field, before and after, and their plot."""

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
def close_plots():
    mpl.use("agg")
    yield
    plt.close("all")


def test_shares_count_the_cells_of_a_field(make_frame):
    table = rows_of(report(make_frame(LEADS), now=NOW).table)
    assert [row[:6] for row in table] == [
        ("all fields", 6, 6 / 12, 4 / 6, 4 / 6, 3 / 6),
        ("email", 3, 3 / 4, 2 / 3, 2 / 3, 2 / 3),
        ("country", 3, 3 / 4, 2 / 3, 2 / 3, 1 / 3),
        ("city", 0, 0.0, None, None, None),
    ]
    assert table[1][6] == pytest.approx((3 / 4 + 2 / 3 * 3) / 4)


def test_measures_of_an_earlier_report_are_added(make_frame):
    before = report(make_frame(LEADS), now=NOW)
    after = report(normalize(make_frame(LEADS)).frame, before=before, now=NOW)
    rows = {
        row["field"]: row
        for row in pd.DataFrame(rows_of(after.table), columns=list(after.table.columns)).to_dict("records")
    }
    assert rows["email"]["consistency_before"] == pytest.approx(2 / 3)
    assert rows["email"]["consistency"] == 1
    assert rows["country"]["validity"] == 1
    assert rows["country"]["filled_before"] == rows["country"]["filled"] == 3
    assert repr(after).startswith("Quality of 3 fields: completeness 50.0%")


def test_freshness_is_unknown_without_timestamps(make_frame):
    assert all(row[5] is None for row in rows_of(report(make_frame({"email": ["a@b.co"]})).table))


def test_an_empty_frame_has_no_shares(make_frame):
    assert rows_of(report(make_frame({"email": []})).table)[0][2:] == (None, None, None, None, None)


def test_arguments_of_the_wrong_kind_are_refused():
    with pytest.raises(CleanupError, match="before= is not a report"):
        report(pd.DataFrame(LEADS), before=3)
    with pytest.raises(CleanupError, match="now= is not a datetime with a time zone"):
        report(pd.DataFrame(LEADS), now=dt.datetime.now())  # noqa: DTZ005 - the error under test
    with pytest.raises(InvalidParameterError, match="must be a result of"):
        pb.plots.quality(pd.DataFrame(LEADS))


def test_the_plot_shows_each_share_by_its_own_marker(make_frame):
    before = report(make_frame(LEADS), now=NOW)
    after = report(normalize(make_frame(LEADS)).frame, before=before, now=NOW)
    axes = pb.plots.quality(after)
    lines = {line.get_label(): line for line in axes.lines if not line.get_label().startswith("_")}
    assert {name: line.get_marker() for name, line in lines.items()} == {
        "completeness": "o", "validity": "s", "consistency": "^", "freshness": "D",
    }  # fmt: skip
    shares = {row[0]: row[2:6] for row in rows_of(after.table)}
    for place, line in enumerate(lines.values()):
        assert list(line.get_xdata()) == [
            measures[place] for measures in shares.values() if measures[place] is not None
        ]
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


def test_the_plot_is_drawn_on_the_given_axes():
    _, axes = plt.subplots()
    assert pb.plots.quality(report(pd.DataFrame(LEADS), now=NOW), ax=axes) is axes


def test_ignored_columns_with_another_name_of_a_field_are_named():
    measured = report(pd.DataFrame({"email": ["ada@example.com"], "Firma": ["Nordlicht"]}))
    assert measured.misnamed == {"Firma": "company_name"}
    assert "Firma (company_name)" in repr(measured)
    assert "ignored" not in repr(report(pd.DataFrame({"email": ["ada@example.com"]})))
