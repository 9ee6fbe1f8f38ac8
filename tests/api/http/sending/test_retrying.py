import re
from pathlib import Path

import pytest

from each_case import each_case
from pb2b_notebook.api.http.sending.retrying import RETRIED_STATUSES, Attempt, Budget, Policy, Retry, decide

POLICY = Policy()


def decided(failure, number=1, status=0, retry_after=None, *, repeatable=True, jitter=0.5):
    return decide(Attempt(failure, number, status, retry_after), repeatable=repeatable, policy=POLICY, jitter=jitter)


@each_case("status", [408, 423, 425, 449, 500, 502, 503, 504, 520, 524, 529])
def test_a_repeatable_call_backs_off_with_full_jitter_up_to_the_cap(status):
    waits = [decided("status", n, status, jitter=1.0).wait for n in range(1, 5)]
    assert waits == [0.5, 1.0, 2.0, 4.0]
    assert decided("status", 4, status, jitter=0.0).wait == 0.0
    assert decide(Attempt("lost", 99), repeatable=True, policy=Policy(attempts=100), jitter=1.0).wait == 20.0


def test_a_call_has_at_most_five_attempts():
    assert decided("lost", 4) is not None
    assert decided("lost", 5) is None


@each_case(("failure", "status"), [("lost", 0), ("timeout", 0), ("status", 500), ("status", 503)])
def test_an_unkeyed_mutation_is_not_sent_again_when_it_may_have_happened(failure, status):
    assert decided(failure, status=status, repeatable=False) is None


def test_an_unkeyed_mutation_is_sent_again_when_nothing_can_have_happened():
    assert decided("not_sent", repeatable=False) is not None
    assert decided("status", status=429, retry_after=1.0, repeatable=False) is not None


@pytest.mark.parametrize(("jitter", "wait"), [(0.0, 30.0), (1.0, 33.0)])
def test_retry_after_is_never_undercut(jitter, wait):
    again = decided("status", status=503, retry_after=30.0, jitter=jitter)
    assert (again.wait, again.requested) == (pytest.approx(wait), True)


def test_a_retry_after_that_is_too_long_is_left_to_the_caller():
    assert decided("status", status=429, retry_after=120.0) is not None
    assert decided("status", status=429, retry_after=121.0) is None


def test_retries_cost_tokens():
    assert decided("timeout").cost == 10
    assert decided("lost").cost == decided("status", status=500).cost == 5
    assert decided("status", status=429).cost == 0


def test_a_twin_in_progress_is_waited_for_with_the_same_key():
    for jitter, more in ((0.0, 1.0), (1.0, 1.25)):
        retries = [decided("in_progress", n, jitter=jitter) for n in (1, 2, 3, 4)]
        assert retries == [Retry(1.0 * more), Retry(2.0 * more), Retry(4.0 * more), None]


def test_the_budget_refuses_what_it_cannot_pay_and_fills_up_to_its_size():
    budget = Budget(size=12)
    assert [budget.pay(5) for _ in range(3)] == [True, True, False]
    for _ in range(30):
        budget.earn()
    assert budget.tokens == 12


def test_the_page_about_retries_lists_the_statuses_that_are_retried():
    page = (Path(__file__).parents[4] / "docs/explanation/exactly_once.md").read_text("utf-8")
    rows = re.findall(r"^\| ([0-9, ]+) \|", page, re.MULTILINE)
    assert sorted(int(status) for row in rows for status in row.split(",")) == sorted(RETRIED_STATUSES)
