"""Properties of every picture: both libraries, any number of rows, any text, and no change to matplotlib."""

import pickle
import re
import subprocess
import sys

import matplotlib as mpl
import pandas as pd
import polars as pl
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import pb2b_notebook as pb
from pb2b_notebook.errors import PictureError
from picture_frames import FRAMES, draw, frame_of, heights, words

ALL = pytest.mark.parametrize("name", sorted(FRAMES))
HOSTILE = "$\\frac{1}{0}$ <script>alert(1)</script>\n_under 山田 \u202e" + "x" * 200


@pytest.fixture(scope="module", autouse=True)
def no_matplotlib_setting_changes():
    """Whatever is drawn here changes no setting of matplotlib."""
    before = dict(mpl.rcParams)
    yield
    assert dict(mpl.rcParams) == before


def test_every_public_picture_is_tested():
    assert {*FRAMES, "quality"} == set(pb.plots.__all__) == set(dir(pb.plots))


@ALL
def test_both_libraries_give_the_same_picture(name):
    pandas, polars = draw(name, frame_of(name)), draw(name, frame_of(name, pl.DataFrame))
    assert heights(pandas) == heights(polars)
    assert words(pandas) == words(polars)
    assert heights(draw(name, frame_of(name, pl.LazyFrame))) == heights(pandas)


@ALL
def test_a_picture_has_a_title_and_axis_labels(name):
    axes = draw(name, frame_of(name))
    assert axes.get_title(loc="left")
    assert axes.get_xlabel()
    assert axes.get_ylabel() or all(label.get_text() for label in axes.get_yticklabels())


@ALL
@pytest.mark.parametrize("own_axes", [False, True])
def test_another_title_replaces_that_of_the_picture(name, own_axes):
    axes = Figure().add_subplot() if own_axes else None
    axes = draw(name, frame_of(name), ax=axes)
    axes.set_title("Ours")
    assert [axes.get_title(loc=place) for place in ("left", "center", "right")] == ["", "Ours", ""]
    axes.set_title("At the left", loc="left")
    assert axes.get_title() == "Ours"


def test_a_title_that_is_set_as_a_property_replaces_that_of_the_picture_too():
    axes = pickle.loads(pickle.dumps(draw("job_durations", frame_of("job_durations"))))  # noqa: S301 - our own bytes
    axes.set(title="Ours")
    assert (axes.get_title(loc="left"), axes.get_title()) == ("", "Ours")
    pb.plots.job_durations(frame_of("job_durations"), ax=axes)
    assert axes.get_title(loc="left")


@ALL
def test_a_frame_without_rows_gives_a_picture_that_says_so(name, kind):
    axes = draw(name, frame_of(name, kind)[:0])
    assert any(text.startswith("Nothing to show") for text in words(axes))
    assert not axes.patches


@ALL
def test_one_row_is_drawn(name, kind):
    frame = frame_of(name, kind)[:1]
    axes = draw(name, frame)
    assert axes.patches or axes.lines
    words(axes)


@ALL
def test_rows_of_nulls_are_drawn(name, kind):
    nulls = {column: [None] * len(values) for column, values in FRAMES[name].items()}
    words(draw(name, kind(nulls)))


@ALL
@pytest.mark.parametrize("factor", [0, -1], ids=["zero", "below zero"])
def test_zero_and_negative_counts_are_drawn(name, factor):
    numbers = {
        column: [None if value is None else value * factor for value in values]
        for column, values in FRAMES[name].items()
        if isinstance(values[0], int | float)
    }
    texts = words(draw(name, frame_of(name, **numbers)))
    assert not [text for text in texts if re.search(r"[-−]\d+(?:[,.]\d+)* (?:of|credits|EUR|inserted|ms)", text)]


@ALL
@pytest.mark.parametrize("column", [0, -1])
def test_a_missing_column_is_named_with_the_call_that_returns_it(name, column, kind):
    optional = {"direction", "error_code", "updated_at", "error", "ms", "response_status_code", "unsubscribed"}
    lost = list(FRAMES[name])[column]
    frame = kind({key: values for key, values in FRAMES[name].items() if key != lost})
    if lost in optional or (name, lost) in {("billing_usage", "usage_leads_limit"), ("burn_down", "usage_leads_limit")}:
        draw(name, frame)
        return
    with pytest.raises(PictureError, match=r"no columns? .*→ pass (ws|pb)\.") as refused:
        draw(name, frame)
    assert name == "compare_runs" or repr(lost) in str(refused.value)


def test_rows_of_another_kind_with_columns_of_the_same_names_are_refused(shared_ws):
    draw_jobs = pb.plots.job_timeline
    for picture, frame in ((pb.plots.leads_over_time, shared_ws.campaigns.runs()), (draw_jobs, shared_ws.leads.list())):
        for rows in (frame, pl.from_pandas(frame.assign(type="x", queued_at=frame["created_at"], started_at=None))):
            with pytest.raises(PictureError, match=r"→ pass ws\."):
                picture(rows)
    with pytest.raises(PictureError, match="rows of the kind 'campaign_run', not 'lead'"):
        pb.plots.leads_over_time(shared_ws.campaigns.runs(frame="polars").lazy())


@ALL
def test_a_value_that_is_not_a_frame_is_refused(name):
    for wrong in (None, 3, {"a": [1]}, [1], pd.Series([1])):
        with pytest.raises(PictureError, match=r"pass (ws|pb)"):
            draw(name, wrong)


@ALL
def test_a_picture_is_drawn_into_the_given_axes(name):
    figure = Figure(figsize=(10, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    assert draw(name, frame_of(name), ax=right) is right
    assert right.has_data()
    assert not left.has_data()
    figure.draw_without_rendering()
    with pytest.raises(PictureError, match="ax must be a matplotlib Axes"):
        draw(name, frame_of(name), ax=figure)


@ALL
def test_names_are_short_plain_text(name):
    texts = [column for column, values in FRAMES[name].items() if any(isinstance(value, str) for value in values)]
    hostile = {column: [f"{HOSTILE}{row}" for row in range(len(FRAMES[name][column]))] for column in texts}
    written = words(draw(name, frame_of(name, **hostile)))
    assert not any("script>alert(1)</script>" in text or "\u202e" in text for text in written)
    assert all(len(line) < 120 for text in written for line in text.splitlines())


def test_pyplot_is_not_loaded():
    code = """
import sys, pb2b_notebook as pb, pandas as pd
axes = pb.plots.mirror_changes(pd.DataFrame({"id": ["a"], "change": ["created"], "field": [None]}))
axes._repr_png_()
assert "matplotlib.pyplot" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == 0


def test_a_notebook_shows_axes_as_their_figure():
    axes = draw("mirror_changes", frame_of("mirror_changes"))
    assert isinstance(axes, Axes)
    assert axes._repr_png_().startswith(b"\x89PNG")
    assert axes.get_figure()._repr_png_().startswith(b"\x89PNG")


@pytest.mark.parametrize("zone", ["Europe/Berlin", None, "UTC"])
def test_times_are_drawn_in_the_zone_of_the_column(zone):
    times = pd.to_datetime(["2026-03-09T23:30:00Z", "2026-03-10T22:30:00Z"])
    times = times.tz_convert(zone) if zone else times.tz_localize(None)
    axes = draw("leads_over_time", pd.DataFrame({"created_at": times, "status": "new"}), every="day")
    assert f"({zone or 'no time zone'})" in axes.get_xlabel()
    days = len(axes.lines[0].get_ydata()) - 1
    assert days == (1 if zone == "Europe/Berlin" else 2)


def test_times_with_an_offset_and_no_zone_are_drawn_in_utc():
    times = pd.to_datetime(["2026-03-10T01:30:00+02:00"])
    axes = draw("leads_over_time", pd.DataFrame({"created_at": times, "status": "new"}))
    assert "(UTC)" in axes.get_xlabel()


def test_matplotlibs_time_zone_changes_nothing():
    frame = frame_of("leads_over_time")
    labels = words(draw("leads_over_time", frame))
    with mpl.rc_context({"timezone": "Asia/Tokyo"}):
        assert words(draw("leads_over_time", frame)) == labels
