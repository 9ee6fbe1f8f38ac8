"""The dashboard: few requests, rows from the mirror where there is one, and a reason for each missing picture."""

from datetime import date

import pytest
from matplotlib.dates import num2date
from matplotlib.figure import Figure
from matplotlib.text import Text

import pb2b_notebook as pb
from pb2b_notebook.dashboard import LIMITS
from pb2b_notebook.errors import AuthenticationError, InvalidParameterError

READS = ["me.read", "leads.read", "lead-fields.read", "jobs.read"]


def titles(page):
    return [axes.get_title(loc="left").split(":")[0].split("\n")[0] for axes in page.axes if axes.get_title(loc="left")]


def words(page):
    return " ".join(text.get_text() for text in page.findobj(Text)).replace("\n", " ")


def sent(ws, make):
    before = len(ws.requests())
    return make(), len(ws.requests()) - before


def test_the_page_has_every_picture_and_sends_few_requests():
    with pb.open_sandbox(leads=300) as ws:
        page, requests = sent(ws, ws.dashboard)
        assert isinstance(page, Figure)
        assert page._repr_png_().startswith(b"\x89PNG")
        assert titles(page) == [
            "Leads by status", "Campaign funnel", "Replied of delivered, by campaign", "Time until a reply",
            "Prospector yield", "Usage of the plan on 2026-03-10", "Jobs", "Webhook deliveries by event", "Requests",
        ]  # fmt: skip
        assert requests <= 20
        text = words(page)
        assert "Lantern & Finch · SANDBOX" in text
        assert "read from the service at 2026-03-10 12:00 UTC by its clock: leads, campaign_runs, messages" in text
        # The requests, too, are drawn by the clock of the sandbox, which stands still.
        [requested] = [axes for axes in page.axes if axes.get_title(loc="left").startswith("Requests")]
        assert {num2date(limit).date() for limit in requested.get_xlim()} == {date(2026, 3, 10)}

        _, synced = sent(ws, lambda: ws.mirror.sync("leads"))
        page, fewer = sent(ws, ws.dashboard)
        assert fewer < requests
        assert "from the mirror, as of 2026-03-10 12:00 UTC or later: leads" in words(page)
        assert synced

        _, first = sent(ws, lambda: ws.dashboard(cached=True))
        _, second = sent(ws, lambda: ws.dashboard(cached=True))
        assert first > 0 == second
        _, none = sent(ws, lambda: ws.dashboard(max_age="1h"))
        assert none == 0
        _, again = sent(ws, lambda: ws.dashboard(refresh=True))
        assert again > 0
        _, uncached = sent(ws, lambda: ws.dashboard(cached=False))
        assert 0 < uncached <= requests


def test_lists_that_the_key_may_not_read_are_named(ws):
    key = ws.sandbox.create_key(scopes=READS)
    with pb.connect(key, base_url=ws._session.client.base_url) as other:
        page, requests = sent(other, other.dashboard)
    page.draw_without_rendering()
    text = words(page)
    assert "Leads by status" in text
    for scope in ("campaigns.read", "messages.read", "prospector.read", "billing.read", "webhooks.read"):
        assert f"this key lacks the scope {scope}" in text
    assert requests <= 3


def test_an_error_of_the_service_is_shown_in_place_of_the_picture(ws):
    key = ws.sandbox.create_key(scopes=[*READS, "campaigns.read"])
    with pb.connect(key, base_url=ws._session.client.base_url) as other:
        other._session.scopes = ()  # as with a service that does not report them
        text = words(other.dashboard())
    assert "Nothing to show: the service answered 403" in text
    assert "Campaign funnel: " in text


def test_a_revoked_key_raises_instead_of_drawing(ws):
    key = ws.sandbox.create_key()
    with pb.connect(key, base_url=ws._session.client.base_url) as other:
        ws.sandbox.revoke_key(other.me()["prefix"])
        with pytest.raises(AuthenticationError):
            other.dashboard()


def test_max_age_needs_the_mirror(ws):
    with pytest.raises(InvalidParameterError, match="read from the mirror"):
        ws.dashboard(cached=False, max_age="15m")
    with pytest.raises(InvalidParameterError, match="cached must be True or False"):
        ws.dashboard(cached="no")


def test_a_list_that_is_cut_off_is_named(shared_ws, monkeypatch):
    monkeypatch.setitem(LIMITS, "leads", 100)
    assert "Of the 100 leads that changed last" in words(shared_ws.dashboard())
