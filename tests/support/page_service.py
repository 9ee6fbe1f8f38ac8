"""A service of encoded leads, for measuring clients: it answers a page by sending a slice of what is in memory.

    python tests/support/page_service.py ROWS [LATENCY_MS …] [--later CHANGED]

One listener for each latency, on a free port of loopback each; their ports are printed as one line of JSON. It serves
``/me``, ``/lead-fields`` and ``/leads`` below ``/api/public/v1`` with ``limit``, ``cursor``, ``order``,
``updated_after`` (excluded), ``updated_before`` (included) and ``include_total``, and ``/odd/leads`` of values that fit
no schema. After a request to ``/later``, the given number of leads have changed. A lead has nested custom fields, ISO
times and about 580 bytes; the times are distributed as in a workspace: by working hours, with imports of thousands of
leads in minutes, and a thousand leads at one instant.
"""

from __future__ import annotations

import argparse
import json
import random
import socket
import sys
import threading
import time
from array import array
from bisect import bisect_right
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import formatdate
from urllib.parse import parse_qsl, urlsplit

FIRST = int(datetime(2025, 3, 1, tzinfo=UTC).timestamp() * 1000)
HOUR, DAY = 3_600_000, 86_400_000
LEAD = (
    '{"id":"lead_%016x","object":"lead","full_name":"%s Müller%d","email":"müller%d.%d@example-%d.com",'
    '"company_name":"Company %d GmbH","first_name":"%s","last_name":"Müller%d","phone":%s,"title":"Head of Sales",'
    '"company_domain":"example-%d.com","employee_count":%d,"country":"DE","city":"Köln","status":"%s",'
    '"source":"import","score":%s,"tags":[%s],'
    '"custom_fields":{"budget":%.1f,"tier":"gold","renewal":"2026-09-01","vip":%s},'
    '"last_contacted_at":null,"created_at":"%s","updated_at":"%s"}'
)
CUSTOM = {"budget": "number", "tier": "select", "renewal": "date", "vip": "boolean"}
TAGS = ("", '"saas"', '"saas","q1"')
STATES = ("new", "contacted", "replied")
ODD = (
    b'{"id":"lead_1","score":12.7,"updated_at":"2026-03-10T12:00:00.000Z"}',
    b'{"id":"lead_2","score":true,"email":"\\ud83d","updated_at":"2026-03-10T12:00:00.000Z"}',
    b'{"id":"lead_3","score":9223372036854775808,"employee_count":9007199254740993}',
    b'{"id":"lead_4","created_at":"2026-02-30T12:00:00.000Z","planet":"Mars"}',
    b'{"id":"lead_5","created_at":"2026-03-10T12:00:00","custom_fields":{"budget":1e400,"moons":2}}',
)
TWICE = b'{"id":"lead_6","score":1,"score":2}'


def instants(rows: int) -> list[int]:
    """When each lead was changed, in milliseconds since 1970, in order: three quarters by hand, the rest in bursts."""
    chance = random.Random(1)  # noqa: S311 - no secret
    times = [FIRST + 200 * DAY] * min(1000, rows // 4)
    for day in (40, 41, 300):
        start = FIRST + day * DAY + 9 * HOUR
        times += [start + chance.randrange(120_000) for _ in range(rows // 20)]
    while len(times) < rows:
        times.append(FIRST + int(360 * chance.random() ** 0.7) * DAY + chance.randrange(8 * HOUR, 18 * HOUR))
    return sorted(times[:rows])


def encoded(number: int, at: int) -> bytes:
    """Return one lead as JSON."""
    first = ("Zoë", "Ada", "Søren", "Łukasz")[number % 4]
    company, name = number % 600, number % 997
    phone = "null" if number % 3 else f'"+4930{number:07d}"'
    score = "null" if number % 4 else str(number % 100)
    created = _iso(FIRST - number % DAY)
    return (
        LEAD
        % (number, first, name, name, number, company, company, first, name, phone, company, number % 5000,
           STATES[number % 3], score, TAGS[number % 3], number * 1.5, "true" if number % 2 else "false", created,
           _iso(at))
    ).encode()  # fmt: skip


def _iso(ms: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(ms // 1000)) + f".{ms % 1000:03d}Z"


class Leads:
    """The encoded leads, one after the other."""

    def __init__(self, rows: int, later: int = 0) -> None:
        self.times = instants(rows)
        self.visible = rows
        self.ends = array("Q", [0])
        numbers = [*range(rows), *range(0, rows, max(1, rows // max(1, later)))[:later]]
        self.times += [self.times[-1] + 1 + change for change in range(len(numbers) - rows)]
        joined = bytearray()
        for number, at in zip(numbers, self.times, strict=True):
            joined += encoded(number, at) + b","
            self.ends.append(len(joined))
        self.joined = memoryview(bytes(joined))

    def reveal(self) -> None:
        """List the changed leads from now on, after all others; their former contents are still listed."""
        self.visible = len(self.times)

    def page(self, asked: dict[str, str]) -> tuple[bytes, memoryview | bytes, bytes]:
        """Return the head, records and tail of an answer."""
        low, high = self._bound(asked, "updated_after", 0), self._bound(asked, "updated_before", self.visible)
        size, newest_first = int(asked.get("limit", 100)), asked.get("order", "").endswith("desc")
        seen = int(asked.get("cursor", 0))
        count = max(0, min(size, high - low - seen))
        start = high - seen - count if newest_first else low + seen
        end = max(self.ends[start], self.ends[start + count] - 1)
        records: memoryview | bytes = self.joined[self.ends[start] : end]
        if newest_first:
            one = [self.joined[self.ends[i] : self.ends[i + 1] - 1] for i in range(start, start + count)]
            records = b",".join(reversed(one))
        more = low + seen + count < high
        paging = {"next_cursor": str(seen + count) if more else None, "has_more": more, "limit": size}
        if asked.get("include_total") == "true":
            paging["total"] = high - low
        return b'{"data":[', records, f'],"pagination":{json.dumps(paging)},"request_id":"req_{seen}"}}'.encode()

    def _bound(self, asked: dict[str, str], name: str, default: int) -> int:
        if name not in asked:
            return default
        return bisect_right(
            self.times, int(datetime.fromisoformat(asked[name]).timestamp() * 1000 + 0.5), hi=self.visible
        )


def answer(leads: Leads, target: str) -> tuple[bytes, memoryview | bytes, bytes]:
    """Return the body for a request, in three parts."""
    url = urlsplit(target)
    path = url.path.removeprefix("/api/public/v1")
    if path == "/leads":
        return leads.page(dict(parse_qsl(url.query)))
    if path == "/odd/leads":
        return b'{"data":[', b",".join(ODD), b'],"pagination":{"next_cursor":null},"request_id":"req_odd"}'
    if path == "/twice/leads":
        return b'{"data":[', TWICE, b'],"pagination":{"next_cursor":null},"request_id":"req_twice"}'
    if path == "/later":
        leads.reveal()
    if path.endswith("/lead-fields"):
        fields = [{"key": key, "type": kind, "builtin": False} for key, kind in CUSTOM.items()]
        return b"", json.dumps({"data": fields, "request_id": "req_f"}).encode(), b""
    me = {"id": "key_1", "object": "api_key", "scopes": ["leads.read"], "workspace": {"id": "ws_1", "name": "W"}}
    return b"", json.dumps({"data": me, "request_id": "req_me"}).encode(), b""


def serve(leads: Leads, connection: socket.socket, latency: float) -> None:
    """Answer the requests of one connection, each after the latency."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    received = b""
    while True:
        while b"\r\n\r\n" not in received:
            more = connection.recv(65536)
            if not more:
                return
            received += more
        request, _, received = received.partition(b"\r\n\r\n")
        head, records, tail = answer(leads, request.split(b" ", 2)[1].decode())
        if latency:
            time.sleep(latency)
        length = len(head) + len(records) + len(tail)
        top = (
            f"HTTP/1.1 200 OK\r\nDate: {formatdate(usegmt=True)}\r\nContent-Type: application/json\r\n"
            f"X-RateLimit-Limit: 1000000\r\nX-RateLimit-Remaining: 900000\r\nX-Request-Id: req_1\r\n"
            f"Content-Length: {length}\r\n\r\n"
        ).encode()
        connection.sendall(top + head)
        connection.sendall(records)
        connection.sendall(tail)


def listen(leads: Leads, latency: float) -> int:
    """Serve in threads from now on, and return the port."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)

    def answered(connection: socket.socket) -> None:
        with connection, suppress(ConnectionError):  # a client may be killed
            serve(leads, connection, latency)

    def accept() -> None:
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=answered, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return int(listener.getsockname()[1])


def main() -> None:
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", type=int)
    parser.add_argument("latencies", nargs="*", default=["0"])
    parser.add_argument("--later", type=int, default=0)
    given = parser.parse_args()
    leads = Leads(given.rows, given.later)
    ports = {ms: listen(leads, float(ms) / 1000) for ms in given.latencies}
    summary = {"ports": ports, "bytes_a_lead": round(len(leads.joined) / len(leads.times), 1)}
    print(json.dumps(summary), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
