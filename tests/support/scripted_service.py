"""A service that follows a script, and a clock that only moves when a test sleeps."""

import json

import httpx

import pb2b_notebook as pb
from pb2b_notebook.api.http.responses.reply import Reply
from pb2b_notebook.api.http.sending.courier import Timing

TEST_KEY = "pb2b_test_abcd_0123456789abcdef0123"
LIVE_KEY = "pb2b_live_abcd_0123456789abcdef0123"
ME = {"data": {"id": "key_1", "workspace": {"id": "ws_1", "name": "Live"}, "scopes": ["leads.read"]}}


class SimulatedTime:
    def __init__(self):
        self.now = 1000.0
        self.slept = []

    def clock(self):
        return self.now

    def sleep(self, seconds):
        assert seconds >= 0
        self.slept.append(seconds)
        self.now += seconds

    def timing(self):
        return Timing(clock=self.clock, sleep=self.sleep, random=lambda: 0.5)


class Service:
    """Answers with the next line of its script, and with the last one for ever; raises an exception in it."""

    def __init__(self, *script):
        self.script = list(script)
        self.requests = []

    def __call__(self, request):
        self.requests.append(request)
        line = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(line, Exception):
            raise line
        return line(request) if callable(line) else line

    @property
    def keys(self):
        return [r.headers.get("idempotency-key") for r in self.requests]


def reply(body, status=200, **headers):
    """Build a decoded response; ``_`` in the name of a header is ``-``."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(status, {name.replace("_", "-"): value for name, value in headers.items()}, raw)


def answer(status=200, body=None, **headers):
    """Build a new response for each request, since httpx can read a response only once."""
    content = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: httpx.Response(status, content=content, headers=named)


def error_answer(status, code="no", **headers):
    return answer(status, {"error": {"code": code, "message": "why"}, "request_id": "req_1"}, **headers)


def created_answer(object_id="lead_1", **fields):
    return answer(201, {"data": {"id": object_id, **fields}, "request_id": "req_1"})


def connect_workspace(respond, me=ME, **options):
    """Connect to a live service that answers ``/me`` with ``me``, and every other path with ``respond(request, path)``.

    Writes are unlocked, since a check would not recognize this service.
    """

    def handle(request):
        path = request.url.path.removeprefix("/api/public/v1")
        if path == "/me":
            return httpx.Response(200, json=me)
        result = respond(request, path)
        return result if isinstance(result, httpx.Response) else httpx.Response(200, json=result)

    options = {"trust": True, "transport": httpx.MockTransport(handle), **options}
    return pb.connect(LIVE_KEY, base_url="https://api.example.com/api/public/v1", **options)


def paged_workspace(*pages, fields=()):
    """Connect to a service with these pages, each (records, envelope without data); also return the queries it gets."""
    queries = []

    def respond(request, path):
        if path == "/lead-fields":
            return {"data": list(fields)}
        queries.append(dict(request.url.params))
        records, envelope = pages[min(len(queries), len(pages)) - 1]
        return {"data": records, **envelope}

    return connect_workspace(respond), queries
