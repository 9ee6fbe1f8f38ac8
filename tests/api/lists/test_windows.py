"""Where windows are cut: simulated readings, in which every request takes one round."""

import heapq
import random
from bisect import bisect_right
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from each_case import each_case
from pb2b_notebook.api.lists.windows import MOST, OVERLAP, Plan, Window, choose

PAGE = 500
YEAR = 365 * 86_400_000


class Simulation:
    """Readers of one list whose rows changed at these instants, in milliseconds."""

    def __init__(self, instants, *, page=PAGE, readers=8, counts=True, newest=None):
        self.instants, self.page, self.counts = sorted(instants), page, counts
        self.requests, self.rounds = 1, 1.0
        self.rows = []
        self.places = {}
        first = Window(None, None, len(self.instants) if counts else 50 * page, counted=counts, begun=True)
        self.plan = Plan(first, page)
        self.under_way = []
        self.idle = readers
        self.places[first] = (0, len(self.instants))
        self._answered(first, 1.0)
        self.requests += 1  # the newest row is asked for while the first reader goes on
        self.plan.cut(readers, self.instants[-1] if newest is None else newest)
        self._fill(2.0)
        while self.under_way:
            self.rounds, _, window = heapq.heappop(self.under_way)
            self._answered(window, self.rounds)
            self._fill(self.rounds)

    def _fill(self, now):
        while self.idle and (window := self.plan.take()) is not None:
            low = 0 if window.after is None else bisect_right(self.instants, window.after - OVERLAP)
            end = len(self.instants)
            self.places[window] = (low, end if window.until is None else bisect_right(self.instants, window.until + 1))
            self.idle -= 1
            self._ask(window, now)

    def _ask(self, window, now):
        self.requests += 1
        heapq.heappush(self.under_way, (now + 1, self.requests, window))

    def _answered(self, window, now):
        start, end = self.places[window]
        rows = self.instants[start : min(end, start + self.page)]
        self.places[window] = (start + len(rows), end)
        own = [
            at
            for at in rows
            if (window.after is None or at > window.after) and (window.until is None or at <= window.until)
        ]
        self.rows += own
        total = end - start if self.counts and not window.counted else None
        self.plan.add_page(window, len(own), (rows[0], rows[-1]) if rows else None, total)
        if start + len(rows) == end or (window.until is not None and rows and rows[-1] > window.until):
            self.plan.finish(window)
            self.idle += now > 1
        elif now > 1:
            self._ask(window, now)
        else:
            self.idle -= 1
            self._ask(window, now)


chance = random.Random(1)  # noqa: S311 - the same draws each time
SPREADS = {
    "evenly": lambda rows: [chance.randrange(YEAR) for _ in range(rows)],
    "mostly of late": lambda rows: [int(YEAR * (1 - chance.random() ** 4)) for _ in range(rows)],
    "half in an hour": lambda rows: (
        [chance.randrange(YEAR) for _ in range(rows // 2)]
        + [YEAR // 3 + chance.randrange(3_600_000) for _ in range(rows // 2)]
    ),
    "all but two in a second": lambda rows: [0, YEAR] + [YEAR // 3 + chance.randrange(1000) for _ in range(rows)],
    "ten imports": lambda rows: (
        [0, YEAR] + [YEAR * (n + 1) // 11 + chance.randrange(120_000) for n in range(10) for _ in range(rows // 10)]
    ),
}


@cache
def spread(kind):
    chance.seed(1)
    return SPREADS[kind](100_000)


@each_case("kind", SPREADS)
def test_eight_threads_take_a_sixth_of_the_rounds_however_rows_are_spread(kind):
    instants = spread(kind)
    pages = -(-len(instants) // PAGE)
    reading = Simulation(instants)
    assert sorted(reading.rows) == sorted(instants)
    assert reading.rounds <= 0.17 * pages
    assert reading.requests <= 1.15 * pages


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("newest", [0, 5 * YEAR, 50 * YEAR], ids=["the oldest row", "5 years later", "50 years later"])
@pytest.mark.parametrize("kind", ["evenly", "mostly of late", "half in an hour"])
def test_neither_the_newest_instant_nor_a_count_is_needed_to_read_in_parallel(kind, newest, counts):
    instants = spread(kind)
    reading = Simulation(instants, newest=newest, counts=counts)
    assert sorted(reading.rows) == sorted(instants)
    assert reading.rounds <= 0.22 * len(instants) / PAGE
    assert reading.requests <= 1.35 * len(instants) / PAGE


def test_rows_at_one_instant_cannot_be_cut_and_cost_few_requests_in_vain():
    reading = Simulation([0, YEAR, *[YEAR // 3] * 100_000])
    assert len(reading.rows) == 100_002
    assert reading.requests <= 240


@given(
    instants=st.lists(st.integers(0, 50) | st.integers(0, YEAR), min_size=1, max_size=120),
    page=st.integers(1, 9),
    readers=st.integers(1, 8),
    counts=st.booleans(),
)
def test_windows_always_hold_every_row_once(instants, page, readers, counts):
    reading = Simulation(instants, page=page, readers=readers, counts=counts)
    assert sorted(reading.rows) == sorted(instants)
    assert reading.plan.done


# --- how many ---


@each_case(
    ("latency", "pages", "left", "expected"),
    [
        (0.04, 200, None, MOST),
        (0.2, 40, 600, MOST),
        (0.002, 10_000, None, 1),  # near: to read a page costs more than to wait for it
        (0.04, 3, 600, 1),
        (0.04, 20, 600, 4),
        (0.1, 5000, 600, 2),  # the rate budget is what takes time
        (0.04, 0, 600, 1),
    ],
)
def test_the_number_of_windows_is_no_larger_than_useful(latency, pages, left, expected):
    assert choose(latency, pages, left, 600, 60.0) == expected
