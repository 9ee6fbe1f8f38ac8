import pytest
from hypothesis import given
from hypothesis import strategies as st

from each_case import each_case
from pb2b_notebook.api.http.responses.headers import Rate, rate, retry_after
from pb2b_notebook.api.http.responses.reply import Reply
from scripted_service import reply

DATE = "Tue, 10 Mar 2026 12:00:00 GMT"


@each_case(
    ("text", "seconds"),
    [
        ("7", 7.0),
        (" 120 ", 120.0),
        ("999999", 999999.0),
        ("Tue, 10 Mar 2026 12:00:30 GMT", 30.0),
        ("Tue, 10 Mar 2026 11:00:00 GMT", 0.0),
        ("-1", None),
        ("1.5", None),
        ("NaN", None),
        ("1e9", None),
        ("1000000000", None),
        ("3" * 30, None),
        ("٣٠", None),
        ("", None),
        ("soon", None),
        ("Tue, 99 Mar 2026 12:00:30 GMT", None),
        ("tue, 10 mar 2026 12:00:30 gmt", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 251_633_390_399.0),
    ],
)
def test_retry_after_is_read_strictly(text, seconds):
    found = retry_after(reply(b"", 429, retry_after=text, date=DATE))
    assert found == pytest.approx(seconds, rel=0.1) if seconds and seconds > 1e9 else found == seconds


@given(st.text(max_size=60))
def test_no_header_breaks_the_parser(text):
    odd = Reply(
        429, dict.fromkeys(["retry-after", "date", "x-ratelimit-limit", "x-ratelimit-reset", "ratelimit"], text), b""
    )
    retry_after(odd)
    rate(odd)


def test_rate_limits_of_the_contract_and_of_the_ietf():
    ours = reply(b"", x_ratelimit_limit="600", x_ratelimit_remaining="0", x_ratelimit_reset="1773144010", date=DATE)
    assert rate(ours) == Rate(600, 0, 10.0, None)
    ietf = reply(b"", ratelimit_policy='"default";q=100;w=60', ratelimit='"default";r=50;t=30')
    assert rate(ietf) == Rate(100, 50, 30.0, 60.0)
    assert rate(reply(b"")) == Rate()


@each_case(
    ("policy", "state", "expected"),
    [
        ('"day";q=5000;w=86400, "burst";q=60;w=60', '"day";r=4000;t=9000, "burst";r=50;t=30', Rate(60, 50, 30.0, 60.0)),
        ('"day";q=5000;w=86400', '"day";r=4000;t=9000', Rate(None, 4000, 9000.0, None)),
        ('"d";q=1;w=999999999999', "", Rate()),
        ("100;w=60", "limit=100, remaining=50, reset=30", Rate(100, 50, 30.0, 60.0)),
        ("100;w=60", "", Rate(100, None, None, 60.0)),
        (",;,", ";;", Rate()),
    ],
)
def test_the_policy_with_the_shortest_window_counts(policy, state, expected):
    """A quota of a day must not hold a call for hours."""
    assert rate(reply(b"", ratelimit_policy=policy, ratelimit=state)) == expected


@pytest.mark.parametrize("prefix", ["x_ratelimit", "ratelimit", "x_rate_limit"])
def test_rate_limits_of_older_drafts_are_read(prefix):
    parts = {f"{prefix}_limit": "100, 100;w=60", f"{prefix}_remaining": "5", f"{prefix}_reset": "12"}
    assert rate(reply(b"", date=DATE, **parts)) == Rate(100, 5, 12.0, None)
