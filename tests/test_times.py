"""Times as people write them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from each_case import each_case
from pb2b_notebook.errors import InvalidParameterError
from pb2b_notebook.times import iso, parse_time

BERLIN = ZoneInfo("Europe/Berlin")
NOW = dt.datetime(2026, 3, 10, 23, 30, tzinfo=dt.UTC)  # Tuesday in UTC, Wednesday already in Berlin


@each_case(
    ("value", "expected"),
    [
        ("30m", "2026-03-10T23:00:00.000Z"),
        ("12h", "2026-03-10T11:30:00.000Z"),
        ("7d", "2026-03-03T23:30:00.000Z"),
        (" 2W ", "2026-02-24T23:30:00.000Z"),
        (dt.timedelta(days=7), "2026-03-03T23:30:00.000Z"),
        (pd.Timedelta("12h"), "2026-03-10T11:30:00.000Z"),
        ("0d", "2026-03-10T23:30:00.000Z"),
        ("now", "2026-03-10T23:30:00.000Z"),
        ("today", "2026-03-10T23:00:00.000Z"),
        ("Yesterday", "2026-03-09T23:00:00.000Z"),
        ("wednesday", "2026-03-10T23:00:00.000Z"),
        ("Monday", "2026-03-08T23:00:00.000Z"),
        ("thursday", "2026-03-04T23:00:00.000Z"),
        ("2026-03-10", "2026-03-09T23:00:00.000Z"),
        ("2026-03-10T12:00", "2026-03-10T11:00:00.000Z"),
        ("10.3.2026", "2026-03-09T23:00:00.000Z"),
        ("10.03.2026 12:00", "2026-03-10T11:00:00.000Z"),
        ("10.3.2026, 9:30", "2026-03-10T08:30:00.000Z"),
        ("2026-03-10t12:00:00.5z", "2026-03-10T12:00:00.500Z"),
        ("2026-03-10 12:00:00-05:00", "2026-03-10T17:00:00.000Z"),
        (dt.date(2026, 7, 1), "2026-06-30T22:00:00.000Z"),
        (dt.datetime(2026, 7, 1), "2026-06-30T22:00:00.000Z"),  # noqa: DTZ001 - without a zone on purpose
        (dt.datetime(2026, 7, 1, tzinfo=dt.UTC), "2026-07-01T00:00:00.000Z"),
        (pd.Timestamp("2026-07-01T00:00:00Z"), "2026-07-01T00:00:00.000Z"),
        ("2026-03-29T02:30", "2026-03-29T01:30:00.000Z"),  # skipped by the clock change
        ("2026-10-25T02:30", "2026-10-25T00:30:00.000Z"),  # happens twice: the first
    ],
)
def test_a_value_is_the_instant_it_names(value, expected):
    parsed = parse_time(value, NOW, BERLIN)
    assert parsed.tzinfo is dt.UTC
    assert iso(parsed) == expected


@each_case(
    "value",
    ["", "7", "7y", "-7d", "7.5d", "١d", "9999999d", "999999w", "funday", "2026-02-30", "10/03/2026", "31.2.2026",
     "3.10.26", "0001-01-01", None, 7, 1773144000.0, True, b"7d", pd.NaT, ["7d"]],
)  # fmt: skip
def test_a_value_that_is_not_a_time_is_refused_with_the_valid_forms(value):
    with pytest.raises(InvalidParameterError, match=r"'7d'.*'monday'"):
        parse_time(value, NOW, BERLIN)


@given(st.text(max_size=12))
def test_no_text_raises_anything_else(text):
    try:
        parsed = parse_time(text, NOW, BERLIN)
    except InvalidParameterError:
        return
    assert parsed.utcoffset() == dt.timedelta(0)


@given(st.datetimes(timezones=st.timezones()))
def test_an_instant_survives_as_text_to_the_millisecond(instant):
    try:
        expected = instant.astimezone(dt.UTC)
    except OverflowError:
        return
    back = parse_time(iso(instant), NOW, BERLIN)
    assert back == expected.replace(microsecond=expected.microsecond // 1000 * 1000)


def test_a_datetime_without_a_zone_has_no_text():
    with pytest.raises(InvalidParameterError, match="tzinfo"):
        iso(dt.datetime(2026, 3, 10))  # noqa: DTZ001 - without a zone on purpose
