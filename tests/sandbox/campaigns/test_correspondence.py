"""Messages, inbox threads and activities over HTTP: every filter, alone and combined, on the seeded year."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb2b_notebook.sandbox import Sandbox

INSTANTS = [None, "2025-08-01T00:00:00Z", "2026-01-15T12:00:00+01:00", "2026-03-09T00:00:00Z", "2027-01-01T00:00:00Z"]
AS_TEXT = {"2026-01-15T12:00:00+01:00": "2026-01-15T11:00:00.000Z"}
SINGLE = {"/messages": "direction", "/activities": "type", "/inbox/threads": "status"}
MOMENT = {"/messages": ("sent_after", "sent_at"), "/activities": ("occurred_after", "occurred_at")}


class History:
    """What the lists hold; small to print."""

    def __init__(self, api):
        self.lists = {path: self._read(api, path) for path in SINGLE}

    @staticmethod
    def _read(api, path):
        found, cursor = [], {}
        while cursor is not None:
            page = api.get(path, params={"limit": 500} | cursor).json()
            found += page["data"]
            following = page["pagination"]["next_cursor"]
            cursor = {"cursor": following} if following else None
        return found


@pytest.fixture(scope="module")
def past_api(serve):
    """A workspace of 60 leads with its year."""
    with Sandbox(leads=60, rate_limit=1_000_000) as sandbox, serve(sandbox) as client:
        yield client


@pytest.fixture(scope="module")
def history(past_api):
    history = History(past_api)
    assert all(history.lists.values())
    return history


def ask(api, path, **parameters):
    response = api.get(path, params={"limit": 500} | parameters)
    assert response.status_code == 200, response.text
    return response.json()["data"]


@given(data=st.data(), path=st.sampled_from(sorted(SINGLE)))
def test_a_filter_of_messages_and_activities_returns_matching_rows_only(past_api, history, data, path):
    everything = history.lists[path]
    kind = SINGLE[path]
    some = st.lists(st.sampled_from(sorted({each[kind] for each in everything})), max_size=2, unique=True)
    leads = st.lists(st.sampled_from([*sorted({each["lead_id"] for each in everything}), "lead_0"]), max_size=3)
    asked = {kind: data.draw(some), "lead_id": data.draw(leads)}
    parameter, field = MOMENT.get(path, (None, None))
    if parameter:
        campaigns = sorted({each["campaign_id"] for each in everything if each["campaign_id"]})
        asked["campaign_id"] = data.draw(st.lists(st.sampled_from(campaigns), max_size=2))
        asked[parameter] = data.draw(st.sampled_from(INSTANTS))
    parameters = {name: value for name, value in asked.items() if value}
    bound = parameters.pop(parameter, None)
    expected = [
        each
        for each in everything
        if all(each[name] in values for name, values in parameters.items())
        and (bound is None or each[field] > AS_TEXT.get(bound, bound.replace("Z", ".000Z")))
    ]
    assert ask(past_api, path, **parameters, **({parameter: bound} if bound else {})) == expected[:500]


@pytest.mark.parametrize(("path", "whole"), [("messages", "/messages"), ("activities", "/activities")])
def test_the_lists_of_a_lead_contain_only_its_messages_and_activities(past_api, history, path, whole):
    for lead_id in sorted({each["lead_id"] for each in history.lists[whole]})[:10]:
        own = [each for each in history.lists[whole] if each["lead_id"] == lead_id]
        assert ask(past_api, f"/leads/{lead_id}/{path}") == own
        campaign = own[0]["campaign_id"]
        if campaign:
            filtered = [each for each in own if each["campaign_id"] == campaign]
            assert ask(past_api, f"/leads/{lead_id}/{path}", campaign_id=campaign) == filtered
    quiet = next(lead for lead in ask(past_api, "/leads", status="new") if lead["source"] != "prospector")
    assert ask(past_api, f"/leads/{quiet['id']}/{path}") == []


def test_the_messages_of_a_thread_all_have_its_id(past_api, history):
    for thread in history.lists["/inbox/threads"]:
        held = [each for each in history.lists["/messages"] if each["thread_id"] == thread["id"]]
        assert ask(past_api, f"/inbox/threads/{thread['id']}/messages") == held
        assert past_api.get(f"/inbox/threads/{thread['id']}").json()["data"] == thread


def test_a_single_message_equals_the_listed_one(past_api, history):
    for message in history.lists["/messages"][:20]:
        assert past_api.get(f"/messages/{message['id']}").json()["data"] == message


def test_a_deleted_lead_keeps_its_messages_and_activities(api):
    message = api.get("/messages?limit=1").json()["data"][0]
    url = f"/leads/{message['lead_id']}"
    before = ask(api, f"{url}/messages"), ask(api, f"{url}/activities")
    api.delete(url)
    assert (ask(api, f"{url}/messages"), ask(api, f"{url}/activities")) == before


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("/messages?direction=sideways", "direction.0"),
        ("/messages?sent_after=yesterday", "sent_after"),
        ("/messages?type=x", "type"),
        ("/activities?type=message_sent&type=sneezed", "type.1"),
        ("/activities?occurred_after=2026-03-10", "occurred_after"),
        ("/activities?direction=inbound", "direction"),
        ("/inbox/threads?status=unread", "status.0"),
        ("/inbox/threads?campaign_id=x", "campaign_id"),
        ("/leads/{id}/messages?lead_id=x", "lead_id"),
        ("/leads/{id}/activities?lead_id=x", "lead_id"),
    ],
)
def test_invalid_filters_are_named(past_api, history, query, named, fields):
    lead_id = history.lists["/messages"][0]["lead_id"]
    assert fields(past_api.get(query.format(id=lead_id))) == [named]
