"""The last complete period: whole days in the stated time zone, also across changes of the clock."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb2b_notebook.errors import InvalidParameterError
from pb2b_notebook.reports.periods import NOUNS, last_complete

BERLIN = ZoneInfo("Europe/Berlin")
TIMES = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia", "Asia/Kolkata"]).map(ZoneInfo)


@given(st.sampled_from(list(NOUNS)), TIMES, ZONES)
def test_periods_are_over_and_follow_each_other_without_a_gap(kind, at, zone):
    period = last_complete(kind, at, zone)
    assert period.end <= at
    assert period.before.end == period.start
    assert last_complete(kind, period.end, zone) == period
    assert (at - period.end).days <= {"daily": 1, "weekly": 7, "monthly": 31}[kind]
    assert period.days[0] == period.first
    assert period.days[-1] == period.last


def test_a_week_is_monday_to_sunday_by_the_clock_of_the_zone():
    just_monday = dt.datetime(2026, 3, 1, 23, 30, tzinfo=dt.UTC)  # Monday 00:30 in Berlin
    assert last_complete("weekly", just_monday, BERLIN).text == "2026-02-23 to 2026-03-01"
    assert last_complete("weekly", just_monday, dt.UTC).text == "2026-02-16 to 2026-02-22"


def test_a_week_with_a_change_of_the_clock_has_an_hour_less():
    week = last_complete("weekly", dt.datetime(2026, 4, 1, tzinfo=dt.UTC), BERLIN)
    assert week.end - week.start == dt.timedelta(days=7, hours=-1)


def test_a_week_at_the_turn_of_the_year_has_the_year_of_iso_8601():
    assert last_complete("weekly", dt.datetime(2027, 1, 5, tzinfo=dt.UTC), dt.UTC).label == "2026-W53"


def test_an_unknown_period_is_refused_with_the_nearest_one():
    with pytest.raises(InvalidParameterError, match="weekly"):
        last_complete("weekley", dt.datetime(2026, 3, 1, tzinfo=dt.UTC), dt.UTC)
