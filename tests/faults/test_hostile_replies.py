"""Answers that no service should give: each ends in a typed error, in bounded time and memory, after few requests."""

import functools
import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from proxy import Changed, Drip, Substitute, reply
from workspaces import LIST, connected

from pb2b_notebook import errors
from pb2b_notebook.api.http.client import Timing
from pb2b_notebook.api.http.retrying import Policy

DEEP = b'{"data":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
BODIES = {
    "HTML": (b"<!doctype html><title>Log in</title>", errors.NotJSONError),
    "NaN": (b'{"data":[{"score":NaN}]}', errors.NotJSONError),
    "Infinity": (b'{"data":[],"pagination":{"limit":-Infinity}}', errors.NotJSONError),
    "cut": (b'{"data":[{"id":"lead_1"', errors.NotJSONError),
    "duplicate keys": (b'{"data":[],"data":[{"id":"lead_1"}]}', errors.NotJSONError),
    "duplicate keys in a record": (b'{"data":[{"id":"canary","id":"b"}]}', errors.NotJSONError),
    "depth 100,000": (DEEP, errors.NotJSONError),
    "depth 100,000 in a record": (
        b'{"data":[' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"]}",
        errors.NotJSONError,
    ),
    "empty": (b"", errors.NotJSONError),
    "no list": (b'{"data":{"id":"lead_1"}}', errors.ProtocolError),
    "not UTF-8": (b'{"data":[{"id":"canary \xff\xfe"}]}', errors.NotJSONError),
}


@pytest.mark.parametrize(("body", "error"), BODIES.values(), ids=BODIES)
def test_a_body_that_is_no_answer_is_a_typed_error(ws, proxy, body, error):
    proxy.always(LIST, Substitute(reply(200, body, content_type="text/html", x_request_id="req_odd")))
    with pytest.raises(error) as caught:
        ws.leads.list()
    # What is wrong inside a record shows when all pages are decoded: then it is no single request's.
    assert caught.value.request_id in {"req_odd", None}
    assert "canary" not in str(caught.value)


def test_a_body_that_never_reaches_its_length_ends_by_the_deadline(service, proxy):
    with connected(proxy.url, service.key, policy=Policy(deadline=0.5)) as ws:
        proxy.always(LIST, Substitute(reply(200, b'{"data":[]}', length=100)))
        with pytest.raises(errors.DeadlineError):
            ws.leads.list()


# --- time ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["head", "body"])
def test_one_byte_every_third_of_a_second_ends_by_the_deadline(service, proxy, part):
    """Every read makes progress, so no timeout of a socket ever fires."""
    with connected(proxy.url, service.key, policy=Policy(deadline=1.0)) as ws:
        proxy.always(LIST, Drip(0.3, part))
        with pytest.raises(errors.DeadlineError):
            ws.leads.list()
        proxy.heal()
        ws.leads.list(limit=1)


ODD = [
    "-1",
    "NaN",
    "1e9",
    "1000000000",
    "3" * 30,
    "٣٠",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "30, 40",
    "0",
    "100",
    "999999",
]


class SimulatedTime:
    def __init__(self):
        self.now, self.slept = 1000.0, 0.0

    def sleep(self, seconds):
        self.now += seconds
        self.slept += seconds

    def timing(self):
        return Timing(clock=lambda: self.now, sleep=self.sleep)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("text", ODD)
def test_whatever_retry_after_says_a_call_rests_132_seconds_at_most(service, proxy, status, text):
    time = SimulatedTime()
    with connected(proxy.url, service.key, timing=time.timing()) as ws:
        told = reply(status, b"{}", retry_after=text, date="Tue, 10 Mar 2026 12:00:00 GMT")
        proxy.always(LIST, Substitute(told))
        with pytest.raises((errors.RateLimitError, errors.ServerError)):
            ws.leads.list()
    assert time.slept <= 132


# --- cursors ---------------------------------------------------------------------------------------------------------


def pages(*cursors, rows=1):
    """A list that gives these cursors in turn, for ever."""
    given = []

    def change(_):
        cursor = cursors[len(given) % len(cursors)]
        given.append(cursor)
        data = [{"id": f"lead_{len(given)}"}] * rows
        body = {"data": data, "pagination": {"next_cursor": cursor, "has_more": True, "limit": 100}, "request_id": "r"}
        return reply(200, json.dumps(body).encode())

    return Changed(change)


CURSORS = {"A-A": ("A", 1), "A-B-A": ("AB", 1), "empty with more": ("ABCDEFGH", 0)}


@pytest.mark.filterwarnings("ignore::pb2b_notebook.ContractDriftWarning")
@pytest.mark.parametrize(("cursors", "rows"), CURSORS.values(), ids=CURSORS)
def test_a_listing_that_does_not_end_is_an_error_within_three_requests(ws, proxy, cursors, rows):
    ws.lead_fields.list()
    proxy.always(LIST, pages(*cursors, rows=rows))
    with pytest.raises(errors.PaginationError):
        ws.leads.list()
    assert proxy.count(LIST) <= 3


# --- memory ----------------------------------------------------------------------------------------------------------

# The peak is set back first: what imports have used must not hide what the answer uses. (ru_maxrss would not do: a new
# process starts with the peak of the one that it was made by.)
_MEASURED = """
import os, sys
sys.path.insert(0, sys.argv[2])
from workspaces import connected

def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))

with connected(sys.argv[1], os.environ["PB2B_API_KEY"]) as ws:
    ws.leads.list(frame="polars")
    with open("/proc/self/clear_refs", "w") as marks:
        marks.write("5")
    before = peak()
    try:
        ws.leads.get("bomb")
    except Exception as problem:
        print(type(problem).__name__, peak() - before)
"""


@functools.cache
def bomb():
    return gzip.compress(bytes(200 * 2**20), 9)


# Made when they are sent: every process of the tests reads this file.
BOMBS = {
    "gzip bomb": (bomb, "gzip", "ResponseTooLargeError"),
    "double gzip": (lambda: gzip.compress(bomb()), "gzip, gzip", "ProtocolError"),
    "double gzip that says once": (lambda: gzip.compress(bomb()), "gzip", "NotJSONError"),
    "endless tail after gzip": (lambda: gzip.compress(b"{}") + bytes(100 * 2**20), "gzip", "ProtocolError"),
    "100 MB, plain": (lambda: bytes(100 * 2**20), "identity", "ResponseTooLargeError"),
}


def peak_of(proxy, key, body, encoding):
    """The error that the body ends in, and by how many bytes the peak memory of a process grew over it."""
    proxy.always(f"{LIST}/bomb", Substitute(reply(200, body, content_encoding=encoding)))
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, proxy.url, str(Path(__file__).parent)],
        env={"PB2B_API_KEY": key, "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    error, kilobytes = done.stdout.split()
    return error, int(kilobytes) * 1024


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="only Linux tells the peak of a process")
@pytest.mark.parametrize(("body", "encoding", "name"), BOMBS.values(), ids=BOMBS)
def test_a_bomb_costs_a_typed_error_and_64_megabytes_at_most(service, proxy, body, encoding, name):
    error, growth = peak_of(proxy, service.key, body(), encoding)
    assert error == name
    assert growth <= 64 * 10**6
