"""Creations whose response is lost, at a service that ignores idempotency keys."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pandas as pd
import pytest

from pb2b_notebook import errors
from scripted_service import connect_workspace

CREATIONS = {
    "leads.create": {"email": "Ada@x.example", "full_name": "Ada B"},
    "campaigns.create": {"name": "Spring"},
    "webhooks.create": {"url": "https://hooks.example/a", "events": ["lead.created"]},
    "imports.create": {"rows": [{"email": "ada@x.example"}], "mapping": {"email": "email"}, "filename": "a.csv"},
    "exports.create": {"format": "csv"},
    "tickets.create": {"subject": "Help", "message": "Why?"},
}

EVE = {"id": "id_9", "email": "eve@x.example", "full_name": "Eve C"}


class Keyless:
    """A service that ignores idempotency keys, and loses the response to the first creation.

    ``arrives`` says which creations take effect, ``age`` how old its objects are by its clock (``None``: they have no
    times), and ``ends`` whether its lists show their end.
    """

    def __init__(self, *, arrives=(True,), age=timedelta(0), ends=True, made=(), status=201):
        self.lost, self.arrives, self.age, self.ends, self.made = 1, list(arrives), age, ends, list(made)
        self.status, self.passed, self.hidden = status, timedelta(0), False

    def __call__(self, request, path):
        if path == "/lead-fields":
            return {"data": [], "pagination": {"next_cursor": None}}
        date = {"date": format_datetime(self.time(), usegmt=True)}
        if request.method == "GET":
            end = {"pagination": {"next_cursor": None, "has_more": False}} if self.ends else {}
            return httpx.Response(200, headers=date, json={"data": [] if self.hidden else self.made, **end})
        body = json.loads(request.content)
        now = None if self.age is None else (self.time() - self.age).isoformat()
        time = {"created_at": now, "updated_at": now} if now else {}
        rows = {"total_rows": len(body.pop("rows"))} if "rows" in body else {}
        arrived = self.arrives.pop(0) if self.arrives else True
        made = {"id": f"id_{len(self.made)}", **body, **rows, **time}
        self.made += [made] if arrived else []
        if self.lost:
            self.lost -= 1
            raise httpx.ReadError("lost")
        return httpx.Response(self.status, headers=date, json={"data": made})

    def time(self):
        return datetime.now(UTC) + self.passed


def connect(service):
    ws = connect_workspace(service)
    ws._session.progress = False
    ws._session.pause = lambda _seconds: None
    return ws


@pytest.mark.parametrize("arrives", [[True], [False]], ids=["done", "not done"])
@pytest.mark.parametrize("name", CREATIONS)
def test_one_object_is_made(name, arrives):
    service = Keyless(arrives=arrives)
    with connect(service) as ws:
        made = [ws.call(name, **CREATIONS[name])["id"] for _ in range(2)]
        assert ws.journal()["state"].tolist() == ["succeeded"]
    assert made == ["id_0"] * 2
    assert len(service.made) == 1


@pytest.mark.parametrize(
    "service",
    [Keyless(age=timedelta(minutes=10)), Keyless(age=None), Keyless(ends=False, arrives=[False], made=[EVE])],
    ids=["other clock", "no times", "no proof"],
)
def test_what_no_list_shows_is_unknown_and_not_sent_again(service):
    with connect(service) as ws:
        for problem in (errors.ConnectionLostError, errors.UnknownOutcomeError):
            with pytest.raises(problem):
                ws.call("leads.create", **CREATIONS["leads.create"])
        assert ws.journal()["state"].tolist() == ["intended"]
    assert len(service.made) == 1


@pytest.mark.parametrize("name", ["leads.create", "campaigns.create"])
def test_what_another_user_made_between_two_runs_is_not_the_object_of_either(name):
    service = Keyless(arrives=[False] * 9)
    with connect(service) as ws:
        for hours in (0, 2, 4):
            service.passed, service.lost = timedelta(hours=hours), 3 * (hours < 4)
            ws.call(name.replace("create", "list"))  # shows the time of the service
            with pytest.raises((errors.ConnectionLostError, errors.UnknownOutcomeError)):
                ws.call(name, **CREATIONS[name])
            if hours == 2:
                made = (service.time() + timedelta(hours=1)).isoformat()
                service.made.append({"id": "theirs", **CREATIONS[name], "created_at": made, "updated_at": made})
    assert len(service.made) == 1


def test_what_a_second_run_made_is_found_by_the_third():
    service = Keyless(arrives=[False, False, False, True, False, False])
    with connect(service) as ws:
        for hours in (0, 2):
            service.passed, service.lost = timedelta(hours=hours), 3
            ws.leads.list()
            service.hidden = True
            with pytest.raises(errors.ConnectionLostError):
                ws.leads.create(**CREATIONS["leads.create"])
        service.passed, service.lost, service.hidden = timedelta(hours=4), 0, False
        ws.leads.list()
        assert ws.leads.create(**CREATIONS["leads.create"])["id"] == "id_0"
    assert len(service.made) == 1


def test_one_that_a_list_shows_is_done_though_the_list_may_go_on():
    service = Keyless(ends=False)
    with connect(service) as ws:
        assert ws.leads.create(**CREATIONS["leads.create"])["id"] == "id_0"
    assert len(service.made) == 1


def test_the_clock_of_objects_is_learned_from_two_creations():
    service = Keyless(age=timedelta(minutes=10))
    service.lost = 0
    with connect(service) as ws:
        for name in ("Autumn", "Winter"):
            assert ws.profile.value("clock") is None
            ws.campaigns.create(name=name)
            service.passed += timedelta(minutes=1)
        service.lost, service.made = 1, []
        assert ws.leads.create(**CREATIONS["leads.create"])["id"] == "id_0"
        assert ws.profile.value("clock") == pytest.approx(-600, abs=5)
    assert len(service.made) == 1


@pytest.mark.parametrize(("name", "status"), [("leads.create", 200), ("leads.upsert", 201)])
def test_no_clock_is_learned_from_an_object_that_may_have_been_there(name, status):
    service = Keyless(age=timedelta(minutes=10), status=status)
    service.lost = 0
    with connect(service) as ws:
        ws.call(name, **CREATIONS["leads.create"])
        assert ws.profile.value("clock") is None


def test_what_another_kernel_has_made_meanwhile_is_not_sent_again():
    service = Keyless(arrives=[False])
    answer = json.dumps({"data": {"id": "id_7", "object": "lead", **CREATIONS["leads.create"]}}).encode()
    with connect(service) as ws:

        def finish(_seconds):
            with ws._session.journal.transaction() as db:
                db.execute("UPDATE mutations SET state = 'succeeded', status = 201, answer = ?", (answer,))

        ws._session.pause = finish
        assert ws.leads.create(**CREATIONS["leads.create"])["id"] == "id_7"
    assert service.made == []


@pytest.mark.parametrize("name", [name for name in CREATIONS if name != "leads.create"])
def test_the_object_of_an_equal_call_before_is_not_that_of_the_call_whose_response_was_lost(name):
    service = Keyless()
    service.lost = 0
    with connect(service) as ws:
        first = ws.call(name, **CREATIONS[name])["id"]
        service.lost, service.arrives = 1, [False]
        assert ws.call(name, **CREATIONS[name], again=True)["id"] != first
    assert len(service.made) == 2


def test_no_half_of_an_import_passes_for_the_other_one():
    service = Keyless(arrives=[True, False])
    service.lost = 0

    def respond(request, path):
        service.lost = int(bool(service.made) and bool(service.arrives))
        return service(request, path)

    with connect(respond) as ws:
        ws.imports._most_rows = 1
        people = pd.DataFrame({"Mail": ["ada@x.example", "eve@x.example"]})
        assert len(set(ws.imports.create(people, {"Mail": "email"}).ids)) == 2
    assert len(service.made) == 2
