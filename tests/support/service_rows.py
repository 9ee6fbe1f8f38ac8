"""A service of leads that a test changes between pages: rows change, appear late, are deleted or share one time."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import httpx

import pb2b_notebook as pb

if TYPE_CHECKING:
    from collections.abc import Callable

START = datetime(2026, 3, 10, 12, tzinfo=UTC)
KEY = "pb2b_test_abc123_" + "x" * 32
MILLISECOND = timedelta(milliseconds=1)


def text(instant: datetime) -> str:
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Source:
    """The leads of one workspace, behind the contract's list: keyset pages by ``updated_at`` and ``id``.

    Attributes:
        clock: Time in the ``Date`` header; ``skew`` is the offset of the rows' own times.
        page: Rows in a page, whatever limit is requested.
        between: Function that is called with the number of each page before it is answered.
        refuse_from: Number of the first page that is answered 401, which ends a sync like a kill.
        expire_at: Number of the page whose cursor has expired.
        counts: Whether each page has the number of all rows.
        descending: Whether the newest rows are first, whatever order is requested.
        invisible: Changed rows that are not listed yet.
    """

    page: int = 2
    clock: datetime = START
    skew: timedelta = timedelta()
    workspace: str = "ws_1"
    fields: dict[str, str] = field(default_factory=dict)
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    invisible: dict[str, dict[str, Any]] = field(default_factory=dict)
    between: Callable[[int], None] = lambda _: None
    refuse_from: int | None = None
    expire_at: int | None = None
    counts: bool = False
    descending: bool = False
    silent: bool = False  # no Date
    asked: list[httpx.URL] = field(default_factory=list)
    served: int = 0

    # --- changes ------------------------------------------------------------------------------------------------------

    def put(self, lead: str, *, at: datetime | None = None, late: bool = False, **values: Any) -> None:
        """Create or change a lead; each change gets a later time, unless one is given."""
        if at is None:
            self.clock += MILLISECOND
        at = (self.clock if at is None else at) + self.skew
        base = self.invisible.get(lead) or self.rows.get(lead) or {"created_at": text(at), "deleted_at": None}
        changed = {**base, "id": lead, "object": "lead", **values, "updated_at": text(at)}
        (self.invisible if late else self.rows)[lead] = changed
        if not late:
            self.invisible.pop(lead, None)

    def delete(self, lead: str) -> None:
        self.put(lead, deleted_at=text(self.clock + self.skew))

    def reveal(self) -> None:
        self.rows |= self.invisible
        self.invisible.clear()

    def connect(self, **options: Any) -> pb.Workspace:
        return pb.connect(KEY, base_url="http://127.0.0.1:1/api", transport=httpx.MockTransport(self.answer), **options)

    # --- HTTP ---------------------------------------------------------------------------------------------------------

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api")
        if path == "/me":
            workspace = {"id": self.workspace, "name": "Modelled"}
            return self._json({"data": {"id": "key_1", "scopes": ["leads.read"], "workspace": workspace}})
        if path == "/lead-fields":
            fields = [{"id": k, "key": k, "type": v, "builtin": False} for k, v in self.fields.items()]
            return self._json({"data": fields})
        if path == "/leads":
            self.asked.append(request.url)
            return self._leads(dict(request.url.params))
        return self._json({"error": {"code": "not_found", "message": "no such thing"}}, 404)

    def _leads(self, asked: dict[str, str]) -> httpx.Response:
        self.served += 1
        if self.refuse_from is not None and self.served >= self.refuse_from:
            return self._json({"error": {"code": "revoked", "message": "the key is revoked"}}, 401)
        if self.served == self.expire_at:
            return self._json({"error": {"code": "cursor_expired", "message": "the cursor has expired"}}, 400)
        self.between(self.served)
        found = sorted((row["updated_at"], row["id"]) for row in self.rows.values())
        found = [place for place in found if place > (asked.get("updated_after", ""), "~")]
        if self.descending:
            found.reverse()
        total = {"total": len(found)} if self.counts else {}
        if "cursor" in asked:
            cursor = tuple(asked["cursor"].split("|"))
            found = [place for place in found if (place < cursor if self.descending else place > cursor)]
        if asked.get("include_deleted") != "true":
            found = [place for place in found if self.rows[place[1]]["deleted_at"] is None]
        kept = found[: min(self.page, int(asked.get("limit", 100)))]
        more = len(kept) < len(found)
        paging = {"next_cursor": "|".join(kept[-1]) if more else None, "has_more": more, **total}
        return self._json({"data": [self.rows[lead] for _, lead in kept], "pagination": paging})

    def _json(self, body: Any, status: int = 200) -> httpx.Response:
        headers = {} if self.silent else {"Date": format_datetime(self.clock.replace(microsecond=0), usegmt=True)}
        return httpx.Response(status, headers=headers, content=json.dumps({**body, "request_id": "r"}))


def content(ws: pb.Workspace) -> dict[str, dict[str, Any]]:
    """Return the mirrored leads by id, after checking that no id is there twice."""
    rows = ws.mirror.frame("leads", frame="polars").to_dicts()
    found = {row["id"]: row for row in rows}
    assert len(found) == len(rows), "a lead is in the mirror twice"
    return found


def agrees(source: Source, ws: pb.Workspace) -> bool:
    """Return whether every lead of the source is in the mirror once, with its newest content."""
    held = {lead: (text(row["updated_at"]), row["title"]) for lead, row in content(ws).items()}
    return held == {lead: (row["updated_at"], row.get("title")) for lead, row in source.rows.items()}
