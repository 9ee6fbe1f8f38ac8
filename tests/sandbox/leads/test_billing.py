"""Subscription and usage follow from the clock and the counters."""

import pytest

from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.core import usage
from pb2b_notebook.sandbox.core.tables import SUBSCRIPTIONS

DAY = 86_400


@pytest.fixture
def read(api):
    """Return a function that reads one of the two billing objects."""
    return lambda name: api.get(f"/billing/{name}").json()["data"]


def test_periods_are_months_and_renew_by_themselves(sandbox, read):
    first = read("subscription")
    assert (first["current_period_start"], first["current_period_end"]) == (
        "2026-03-01T00:00:00.000Z",
        "2026-04-01T00:00:00.000Z",
    )
    assert first["updated_at"] == first["current_period_start"]
    sandbox.clock.advance(30 * DAY)
    renewed = read("subscription")
    assert renewed["current_period_start"] == first["current_period_end"] == renewed["updated_at"]
    assert read("usage")["usage"]["period_start"] == first["current_period_end"]


def test_sent_emails_count_in_their_month(sandbox, read):
    before = read("usage")["usage"]["emails_sent"]
    with sandbox._store.transaction():
        usage.load(sandbox._store, sandbox.workspace_id, "2026-03", {"emails_sent": 7})
    assert read("usage")["usage"]["emails_sent"] == before + 7
    sandbox.clock.advance(30 * DAY)
    assert read("usage")["usage"]["emails_sent"] == 0


def test_stored_leads_are_exact(api, read, make_lead):
    counted = api.get("/leads", params={"limit": 1, "include_total": "true"}).json()["pagination"]["total"]
    assert read("usage")["usage"]["leads_stored"] == counted
    made = make_lead(email="one@more.example")
    assert read("usage")["usage"]["leads_stored"] == counted + 1
    api.delete(f"/leads/{made['id']}")
    assert read("usage")["usage"]["leads_stored"] == counted
    api.delete(f"/leads/{made['id']}")
    assert read("usage")["usage"]["leads_stored"] == counted


def test_limits_are_those_of_the_settings(api, read):
    assert read("usage")["usage"]["leads_limit"] == api.get("/settings").json()["data"]["limits"]["leads"]


def test_a_trial_ends_by_the_clock(sandbox, read):
    assert (read("subscription")["status"], read("usage")["active_trial"]) == ("active", False)
    store = sandbox._store
    [kept] = store.find(SUBSCRIPTIONS, sandbox.workspace_id, "1", ())
    ends_at = "2026-03-12T00:00:00.000Z"
    store.put(SUBSCRIPTIONS, sandbox.workspace_id, kept | {"trial_ends_at": ends_at})
    assert (read("subscription")["status"], read("usage")["active_trial"]) == ("trialing", True)
    assert read("usage")["usage"]["trial_ends_at"] == ends_at
    sandbox.clock.advance((instants.parse(ends_at) - sandbox.clock.now()).total_seconds())
    assert (read("subscription")["status"], read("usage")["active_trial"]) == ("active", False)
    assert read("subscription")["updated_at"] == ends_at
