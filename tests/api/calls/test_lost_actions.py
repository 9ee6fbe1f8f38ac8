"""Actions that set the state of an object, at a service that ignores idempotency keys and was busy."""

from datetime import UTC, datetime

import httpx
import pytest

from pb2b_notebook import errors
from scripted_service import connect_workspace

OLD = "2026-03-10T12:00:00.000Z"
ACTIONS = [("campaigns.publish", "published"), ("campaigns.pause", "paused"), ("prospector.runs.cancel", "cancelled")]


class Busy:
    """A service that answers its first action by 503; ``later`` is what its object is from then on."""

    def __init__(self, status, *, later=None, waits="3", readable=True):
        self.object = {"id": "campaign_1", "status": status, "updated_at": OLD}
        self.later, self.waits, self.readable, self.actions = later, waits, readable, 0

    def __call__(self, request, _path):
        if request.method == "GET":
            return {"data": self.object} if self.readable else httpx.Response(403, json={"error": {"code": "no"}})
        self.actions += 1
        if self.actions == 1:
            now = datetime.now(UTC).isoformat()
            self.object |= {"status": self.later, "updated_at": now} if self.later else {}
            headers = {"retry-after": self.waits} if self.waits else {}
            return httpx.Response(503, headers=headers, json={"error": {"code": "busy", "message": "busy"}})
        self.object |= {"status": f"by call {self.actions}"}
        return {"data": self.object}

    def call(self, name):
        with connect_workspace(self) as ws:
            ws._session.pause = ws._session.client.wait = lambda _: None
            return ws.call(name, id="campaign_1")


@pytest.mark.parametrize(("name", "state"), ACTIONS)
@pytest.mark.parametrize("waits", ["3", None])
def test_an_action_that_a_busy_service_has_carried_out_is_not_sent_again(name, state, waits):
    service = Busy("draft", later=state.upper(), waits=waits)
    assert service.call(name)["id"] == "campaign_1"
    assert service.actions == 1


@pytest.mark.parametrize(("name", "state"), [(name, "draft") for name, _ in ACTIONS])
def test_an_action_that_had_no_effect_is_sent_again(name, state):
    service = Busy(state)
    assert service.call(name)["status"] == "by call 2"


def test_a_campaign_that_another_user_has_paused_meanwhile_is_not_published_again():
    service = Busy("draft", later="paused")
    with pytest.raises(errors.ServerError) as caught:
        service.call("campaigns.publish")
    assert caught.value.effect_unknown
    assert service.actions == 1


def test_an_action_is_not_sent_again_where_its_object_cannot_be_read():
    service = Busy("draft", readable=False)
    with pytest.raises(errors.ServerError):
        service.call("campaigns.publish")
    assert service.actions == 1
