"""Hostile text in leads is inert wherever a notebook shows it."""

import pandas as pd
import polars as pl
import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from each_case import each_case
from pb2b_notebook.display.frames import frame_html, frame_text, protect_frames
from pb2b_notebook.frames.hashable_cells import ListCell

EVIL = "<img src=x onerror=alert(1)>"
HOSTILE = [EVIL, "<script>alert(1)</script>", "$5 to $10", '"><svg onload=alert(1)>', "\u202eevil", "x" * 10_000]
PANDAS = pd.DataFrame({EVIL: HOSTILE, "$a$": HOSTILE}, index=pd.Index(HOSTILE, name=EVIL))
POLARS = pl.DataFrame({EVIL: HOSTILE, "$a$": HOSTILE})
MESSAGE = "unknown status 'qualfied' " + "in a row that has a long explanation, " * 5 + "did you mean 'qualified'?"


def inert(html):
    return not any(tag in html for tag in ("<img", "<script", "<svg"))


@pytest.mark.parametrize("frame", [PANDAS, POLARS, POLARS[EVIL]], ids=["pandas", "polars", "polars series"])
def test_cells_headers_and_index_are_escaped_and_not_math(frame):
    html = frame_html(frame)
    assert inert(html)
    assert html.startswith('<div class="tex2jax_ignore mathjax_ignore">')
    assert "&lt;img" in html


def test_ipython_shows_frames_through_the_wrapper(monkeypatch):
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)  # IPython warns where another environment is active
    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    try:
        protect_frames()
        for frame in (PANDAS, POLARS, POLARS[EVIL]):
            shown, _ = shell.display_formatter.format(frame)
            assert "mathjax_ignore" in shown["text/html"]
        for kind in (pd.DataFrame, pl.DataFrame):  # a terminal shows the text
            shown, _ = shell.display_formatter.format(kind({"row": [1], "held_back_because": [MESSAGE]}))
            assert "did you mean" in " ".join(shown["text/plain"].replace("│", " ").split())
    finally:
        InteractiveShell.clear_instance()


def test_outside_ipython_nothing_happens():
    protect_frames()


@each_case("kind", [pd.DataFrame, pl.DataFrame])
@each_case("column", ["message", "repair", "detail"])
def test_a_message_is_shown_with_its_end_that_says_what_to_do(kind, column):
    assert "did you mean" in frame_html(kind({"row": [1], column: [MESSAGE]}))
    assert "did you mean" in " ".join(frame_text(kind({"row": [1], column: [MESSAGE]})).replace("│", " ").split())
    assert "did you mean" not in frame_text(kind({"row": [1], "body": [MESSAGE]}))
    assert "did you mean" not in frame_html(kind({"row": [1], "body": [MESSAGE]}))
    assert len(frame_html(kind({"row": [1], column: ["x" * 10_000]}))) < 5_000


def test_a_user_who_shows_more_or_everything_keeps_it():
    with pd.option_context("display.max_colwidth", None):
        assert "x" * 10_000 in frame_html(pd.DataFrame({"message": ["x" * 10_000]}))


def test_a_list_of_one_item_is_shown_as_a_list():
    tags = [ListCell(["vip"]), ListCell(["vip", "eu"]), ("own",), None]
    frame = pd.DataFrame({"tags": pd.Series(tags, dtype=object), "n": range(4)}).set_axis([3, 3, 1, 1])
    shown = frame_html(frame)
    assert [cell in shown for cell in ("<td>[vip]</td>", "<td>[vip, eu]</td>", "<td>(own,)</td>")] == [True] * 3
    assert "[vip]" in frame_text(frame)
    assert frame["tags"].tolist() == tags


@pytest.mark.parametrize("most", [4, 60, None])
def test_lists_of_a_long_frame_are_shown_as_lists_at_both_ends(most):
    frame = pd.DataFrame({"tags": [ListCell([f"t{row}"]) for row in range(300)]})
    with pd.option_context("display.max_rows", most):
        shown = frame_html(frame)
    assert ("<td>[t0]</td>" in shown, "<td>[t299]</td>" in shown, ",]" in shown) == (True, True, False)
    assert isinstance(frame["tags"].iloc[0], ListCell)
