"""A list of leads with given times; it may deviate from the contract, and its rows may change between requests."""

import json
import threading
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx

import pb2b_notebook as pb

KEY = "pb2b_live_abc_0123456789abcdef"
BASE = "https://api.example.com/api/public/v1"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = 2**63
START = int((datetime(2026, 3, 1, tzinfo=UTC) - EPOCH) / timedelta(microseconds=1))


def iso_text(us):
    """Return an instant in microseconds as the API writes it, truncated to milliseconds."""
    return (EPOCH + timedelta(microseconds=us)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def microseconds_of(text):
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)


class Timeline:
    """Rows by id, each with the microsecond of its last change.

    Args:
        times: Times of the rows, in microseconds after the start.
        page: Largest number of rows per page.
        changes: Number of a page → indexes of the rows that change right before it is answered.
        after_included, before_included: Whether the service includes the bound.
        ignores: Parameters that the service ignores.
        refuses: Parameters that the service rejects as unknown.
        counts: Whether the service returns a total on request.
        by: Sort key, "time" or "id".
        order: Value of the parameter ``order`` of the pages that are counted for the changes.
        grain: Microseconds to whose multiples the service rounds bounds down.
        late: Microseconds by which the service takes each bound ``updated_after`` too late.
        shows: Microseconds to whose multiples the service rounds the times that it shows down.
        latency: Seconds before each answer.
        timeless: Indexes of the rows without a time: they are listed last in both orders, and lie within no bounds.
        unstamped: Indexes of the rows that are listed in their place, show no time, and lie within no bounds.
    """

    def __init__(
        self, times, *, page=3, changes=None, after_included=False, before_included=True, ignores=(), refuses=(),
        counts=True, by="time", grain=1, order=None, late=0, shows=1, latency=0.0, timeless=(), unstamped=(),
    ):  # fmt: skip
        self.rows = {f"lead_{n:04d}": (START + us, 0) for n, us in enumerate(times)}
        self.now = max((us for us, _ in self.rows.values()), default=START)
        self.page, self.changes = page, changes or {}
        self.after_included, self.before_included = after_included, before_included
        self.ignores, self.refuses, self.counts, self.by, self.grain = ignores, refuses, counts, by, grain
        self.order, self.late, self.shows, self.latency = order, late, shows, latency
        self.timeless = {f"lead_{n:04d}" for n in timeless}
        self.unstamped = {f"lead_{n:04d}" for n in unstamped}
        self.asked = []
        self._pages = 0
        self._lock = threading.Lock()

    def change(self, index):
        """Change a row now, later than all other changes."""
        self.now += 700
        lead = sorted(self.rows)[index % len(self.rows)]
        self.rows[lead] = (self.now, self.rows[lead][1] + 1)

    def __call__(self, request):
        url = urlsplit(str(request.url))
        asked = {name: values[0] for name, values in parse_qs(url.query).items()}
        if not url.path.endswith("/leads"):
            return httpx.Response(200, json={"data": [] if url.path.endswith("fields") else {"id": "key_1"}})
        time.sleep(self.latency)
        with self._lock:
            self.asked.append(asked)
            if asked.get("order") == self.order and (asked.get("limit") != "1" or self.order):
                self._pages += 1
                for index in self.changes.get(self._pages, ()):
                    self.change(index)
            return self._answer(asked)

    def _answer(self, asked):
        unknown = sorted(set(asked) & set(self.refuses))
        if unknown:
            error = {"code": "validation_failed", "message": "unknown", "details": [{"field": unknown[0]}]}
            return httpx.Response(422, json={"error": error | {"message": f"unknown parameter {unknown[0]}"}})
        asked = {name: value for name, value in asked.items() if name not in self.ignores}
        bounded = bool({"updated_after", "updated_before"} & set(asked))
        rows = sorted(
            (us if self.by == "time" else 0, one, us, version)
            for one, (us, version) in self.rows.items()
            if one not in self.timeless and self._inside(us, asked) and not (bounded and one in self.unstamped)
        )
        if asked.get("order") == "updated_at.desc":
            rows.reverse()
        if not bounded:
            rows += [(_LAST, one, None, 0) for one in sorted(self.timeless)]
        total = len(rows)
        if "cursor" in asked:
            place = tuple(json.loads(asked["cursor"]))
            late = asked.get("order") == "updated_at.desc"
            rows = [row for row in rows if (row[:2] < place if late else row[:2] > place)]
        size = min(int(asked.get("limit", 100)), self.page)
        kept, more = rows[:size], len(rows) > size
        data = [
            {"id": one, "updated_at": None if one in self.unstamped else self._shown(us), "score": version}
            for _, one, us, version in kept
        ]
        paging = {"next_cursor": json.dumps(kept[-1][:2]) if more else None, "has_more": more}
        if self.counts and asked.get("include_total") == "true":
            paging["total"] = total
        return httpx.Response(200, json={"data": data, "pagination": paging, "request_id": f"req_{len(self.asked)}"})

    def _inside(self, us, asked):
        after, before = (asked.get(name) for name in ("updated_after", "updated_before"))
        if after is not None:
            bound = microseconds_of(after) // self.grain * self.grain + self.late
            if us < bound or (us == bound and not self.after_included):
                return False
        if before is not None:
            bound = microseconds_of(before) // self.grain * self.grain
            if us > bound or (us == bound and not self.before_included):
                return False
        return True

    def _shown(self, us):
        return None if us is None else iso_text(us // self.shows * self.shows)

    def connect(self, **options):
        return pb.connect(KEY, base_url=BASE, transport=httpx.MockTransport(self), **options)

    def expected(self):
        """Return the rows as they are now, oldest change first."""
        return [
            (one, self._shown(us), version) for us, one, version in sorted((u, o, v) for o, (u, v) in self.rows.items())
        ]


def rows_of(leads):
    """Return the rows of a pandas frame, in the form of :meth:`Timeline.expected`."""
    times = [iso_text((time - EPOCH) // timedelta(microseconds=1)) for time in leads["updated_at"]]
    return list(zip(leads["id"], times, leads["score"], strict=True))
