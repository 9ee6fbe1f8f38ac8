"""Malformed and hostile answers, for the tests and the fault campaign."""

import functools
import gzip
import json
import subprocess
import sys

from child_processes import SUPPORT
from fault_proxy import Changed, Substitute, reply
from pb2b_notebook import errors
from pb2b_notebook.api.http.sending.courier import Timing
from workspaces import LIST

DEEP = b'{"data":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
BODIES = {
    "HTML": (b"<!doctype html><title>Log in</title>", errors.NotJSONError),
    "NaN": (b'{"data":[{"score":NaN}]}', errors.NotJSONError),
    "Infinity": (b'{"data":[],"pagination":{"limit":-Infinity}}', errors.NotJSONError),
    "cut": (b'{"data":[{"id":"lead_1"', errors.ConnectionLostError),
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


ODD = [
    "-1", "NaN", "1e9", "1000000000", "3" * 30, "٣٠", "Fri, 31 Dec 9999 23:59:59 GMT", "30, 40", "0", "100", "999999",
]  # fmt: skip


class SimulatedTime:
    def __init__(self):
        self.now, self.slept = 1000.0, 0.0

    def sleep(self, seconds):
        self.now += seconds
        self.slept += seconds

    def timing(self):
        return Timing(clock=lambda: self.now, sleep=self.sleep)


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


# The peak is set back first: what imports have used must not hide what the answer uses. (ru_maxrss would not do: a new
# process starts with the peak of the one that it was made by.)
_MEASURED = """
import os, sys
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
    "double gzip that says once": (lambda: gzip.compress(bomb()), "gzip", "NotJSONError"),
    "endless tail after gzip": (lambda: gzip.compress(b"{}") + bytes(100 * 2**20), "gzip", "ResponseTooLargeError"),
    "100 MB, plain": (lambda: bytes(100 * 2**20), "identity", "ResponseTooLargeError"),
}


def peak_of(proxy, key, body, encoding):
    """The error that the body ends in, and by how many bytes the peak memory of a process grew over it."""
    proxy.always(f"{LIST}/bomb", Substitute(reply(200, body, content_encoding=encoding)))
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, proxy.url],
        env={"PB2B_API_KEY": key, "PATH": "", "PYTHONPATH": SUPPORT},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    error, kilobytes = done.stdout.split()
    return error, int(kilobytes) * 1024
