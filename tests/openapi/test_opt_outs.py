"""Opt-outs in other words: a flag or a status word of a service counts wherever leads are screened or merged."""

import datetime as dt

import pandas as pd
import polars as pl
import pytest

from pb2b_notebook import cleanup

FLAGS = {
    "opted_out": (False, True),
    "doNotContact": ("no", "yes"),
    "unsubscribed_at": (None, dt.datetime(2026, 3, 10)),  # noqa: DTZ001 - as pandas reads it from a file
}


def two_rows(**columns):
    same = {"full_name": ["Ada Lovelace"] * 2, "email": ["ada@engines.example"] * 2}
    return {"id": ["lead_1", "lead_2"], **same, **columns}


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
@pytest.mark.parametrize("flag", FLAGS)
def test_a_flag_is_kept_by_merge_and_blocks_a_row_in_screen(frame, flag):
    df = frame(two_rows(status=["new", "new"], **{flag: list(FLAGS[flag])}, score=[9, None]))
    ok, blocked = cleanup.screen(df)
    assert (list(ok["id"]), list(blocked["id"])) == (["lead_1"], ["lead_2"])
    assert f"{flag} is set" in next(iter(blocked["reasons"]))
    merged = cleanup.merge(df, cleanup.duplicates(df)).frame
    assert next(iter(merged["id"])) == "lead_1"
    assert next(iter(merged[flag])) == FLAGS[flag][1]


def test_a_status_word_that_says_so_wins_in_merge_and_blocks_a_row_in_screen():
    df = pd.DataFrame(two_rows(status=["replied", "do_not_contact"], score=[9, None]))
    assert list(cleanup.screen(df).blocked["id"]) == ["lead_2"]
    assert next(iter(cleanup.merge(df, cleanup.duplicates(df)).frame["status"])) == "do_not_contact"


def test_statuses_that_are_left_out_screen_by_no_flag():
    df = pd.DataFrame(two_rows(status=["new", "dnc"], opted_out=[True, False]))
    assert len(cleanup.screen(df, statuses=[]).blocked) == 0
