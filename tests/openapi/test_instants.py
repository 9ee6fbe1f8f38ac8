from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from each_case import each_case
from pb2b_notebook.openapi import instants

ZONES = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=ZONES))  # noqa: DTZ001 - hypothesis adds the zone
def test_all_notations_of_an_instant_parse_to_the_same_time(moment):
    in_utc = moment.astimezone(UTC)
    expected = in_utc.replace(microsecond=in_utc.microsecond // 1000 * 1000)
    assert instants.parse(moment.isoformat()) == expected
    assert instants.parse(instants.render(moment)) == expected
    assert instants.normalize(moment.isoformat().lower().replace("t", "t")) == instants.render(moment)


@given(st.lists(st.datetimes(timezones=st.just(UTC)), min_size=2, max_size=2))
def test_rendered_instants_sort_like_their_times(pair):
    first, second = (moment.replace(microsecond=moment.microsecond // 1000 * 1000) for moment in pair)
    assert (first < second) == (instants.render(first) < instants.render(second))


@each_case(
    "text",
    [
        "", "yesterday", "2026-03-10", "2026-03-10T12:00:00", "2026-03-10 12:00:00Z", "2026-03-10T12:00:00+01",
        "2026-02-30T12:00:00Z", "2026-03-10T24:00:00Z", "2026-03-10T12:00:61Z", "2026-03-10T12:00:00+24:00",
        "٢٠٢٦-03-10T12:00:00Z", "2026-03-10T12:00:00Z\n", "1773144000", "2026-03-10T12:00:00.Z",
    ],
)  # fmt: skip
def test_text_that_is_not_an_instant_is_refused(text):
    with pytest.raises(ValueError):
        instants.parse(text)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("0000-06-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
        ("0001-01-01T00:00:00+01:00", "0001-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59-01:00", "9999-12-31T23:59:59.999Z"),
    ],
)
def test_a_bound_outside_the_calendar_is_its_end(text, bound):
    with pytest.raises(instants.OutOfCalendarError):
        instants.parse(text)
    assert instants.normalize_bound(text) == bound
