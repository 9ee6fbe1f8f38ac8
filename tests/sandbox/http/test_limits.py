from email.utils import parsedate_to_datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from each_case import each_case
from pb2b_notebook.errors import UsageError
from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.sandbox.http.limits import RollingLimit


class HandClock:
    """A monotonic clock that a test sets."""

    now = 100.0

    def __call__(self):
        return self.now


@given(
    limit=st.integers(1, 5),
    window=st.integers(1, 10),
    steps=st.lists(st.tuples(st.integers(0, 6), st.sampled_from("ab")), max_size=40),
)
def test_no_window_holds_more_than_the_limit(limit, window, steps):
    clock = HandClock()
    rolling = RollingLimit(limit, window, monotonic=clock)
    accepted: dict[str, list[float]] = {"a": [], "b": []}
    for step, key in steps:
        clock.now += step
        inside = [at for at in accepted[key] if clock.now - at < window]
        budget = rolling.take(key)
        assert budget.accepted == (len(inside) < limit)
        if budget.accepted:
            inside.append(clock.now)
            accepted[key].append(clock.now)
        assert budget.remaining == limit - len(inside)
        assert budget.wait == inside[0] + window - clock.now


def test_a_refused_request_says_how_long_to_wait(code, serve):
    clock = HandClock()
    with Sandbox(leads=1, rate_limit=2, window=60, monotonic=clock) as sandbox, serve(sandbox) as api:
        first = api.get("/me")
        assert (first.headers["X-RateLimit-Limit"], first.headers["X-RateLimit-Remaining"]) == ("2", "1")
        clock.now += 10.5
        assert api.get("/me").headers["X-RateLimit-Remaining"] == "0"
        refused = api.get("/me")
        assert (refused.status_code, code(refused)) == (429, "rate_limited")
        assert refused.headers["Retry-After"] == "50"
        assert _wait(refused) == 50
        clock.now += 49.4
        assert api.get("/me").headers["Retry-After"] == "1"
        clock.now += 0.1
        # The window rolls: one request left it, so exactly one more is accepted.
        assert [api.get("/me").status_code for _ in range(2)] == [200, 429]


def _wait(response: httpx.Response) -> float:
    date = parsedate_to_datetime(response.headers["Date"]).timestamp()
    return int(response.headers["X-RateLimit-Reset"]) - date


def test_each_key_has_its_limit_and_the_domain_clock_does_not_affect_it(bearer, serve):
    clock = HandClock()
    with Sandbox(leads=1, rate_limit=1, monotonic=clock) as sandbox, serve(sandbox) as api:
        assert [api.get("/me").status_code for _ in range(2)] == [200, 429]
        assert api.get("/me", headers=bearer(sandbox.create_key())).status_code == 200
        sandbox.clock.advance(3600)
        refused = api.get("/me")
        assert refused.status_code == 429
        assert _wait(refused) == 60


def test_refused_requests_and_unknown_keys_do_not_count(serve):
    clock = HandClock()
    with Sandbox(leads=1, rate_limit=1, window=10, monotonic=clock) as sandbox, serve(sandbox) as api:
        assert api.get("/me").status_code == 200
        for _ in range(3):
            clock.now += 3
            assert api.get("/me").status_code == 429
            assert api.get("/me", headers={"Authorization": "nobody"}).status_code == 401
        clock.now += 1
        assert api.get("/me").status_code == 200


@each_case(("limit", "window"), [(0, 60), (-1, 60), (1, 0), (1, -1), (1, float("nan"))])
def test_a_limit_out_of_range_is_refused(limit, window):
    with pytest.raises(UsageError):
        Sandbox(leads=0, rate_limit=limit, window=window)
