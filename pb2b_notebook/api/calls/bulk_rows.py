"""Upsert rows at a service that has no bulk upsert, or whose answer shows what became of no row.

Such rows are written one by one, or looked up after they were sent. A row that nothing shows to have arrived is
``unknown``: it may be written again by a plan, which looks for it first.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from pb2b_notebook.api.calls.bulk_items import DONE, contract_item, items_in
from pb2b_notebook.api.calls.confirming import ALLOWANCE, not_shown
from pb2b_notebook.api.http.responses import envelope
from pb2b_notebook.api.http.responses.envelope import Raws
from pb2b_notebook.api.http.responses.reply import Reply
from pb2b_notebook.errors import APIError, ProspectB2BError, ProtocolError, UnknownOutcomeError

BULK: Final = "leads.bulk_upsert"
UNKNOWN: Final = "unknown"
_OF_ONE_ROW: Final = frozenset({400, 404, 409, 412, 422})
"""Statuses of a refusal that is about one row, and says nothing about the next one."""
_CREATED: Final = 201

Row = dict[str, Any]


def rows_in(reply: Reply, bodies: Sequence[Mapping[str, Any]]) -> Raws | None:
    """Return the results of rows in a response, as JSON: a list, or one under the address or number of each row.

    ``None`` for a response in another form, which shows what became of no row.
    """
    try:
        data = envelope.parse_strict_json(reply.body)
        data = data.get("data", data) if isinstance(data, dict) else data
        items = items_in(data, bodies) if isinstance(data, dict) else None
        if items is not None and all(isinstance(item.get("index"), int) for item in items):
            return encode_rows([_row(contract_item(item)) for item in items])
        found = envelope.page(reply).records
    except ProtocolError:
        return None
    return found if found or not bodies else None


def _row(item: Mapping[str, Any]) -> Row:
    lead, error, status = item.get("lead"), item.get("error"), item.get("status")
    if lead is None and item.get("lead_id") is not None:
        lead = {"id": item["lead_id"]}
    number = status if isinstance(status, int) else None
    error = error if isinstance(error, dict) or error is None else {"message": str(error)}
    word = status if isinstance(status, str) else "failed" if error else UNKNOWN
    return {"index": item["index"], "status": word, "http_status": number, "lead": lead, "error": error}


def write_each(bodies: Sequence[Mapping[str, Any]], write: Callable[[int, Mapping[str, Any]], Reply]) -> list[Row]:
    """Write rows one by one, and return the result of each.

    Args:
        bodies: Rows.
        write: Upserts a row, which is given with its number.

    Raises:
        ProspectB2BError: A row could not be sent; a note says how many were written before.
    """
    rows: list[Row] = []
    for place, body in enumerate(bodies):
        try:
            reply = write(place, body)
            lead = envelope.parse_strict_json(envelope.unwrap(reply).data)
            word = "created" if reply.status == _CREATED else "updated"
            rows.append({"index": place, "status": word, "http_status": reply.status, "lead": lead, "error": None})
        except (UnknownOutcomeError, ProtocolError) as unknown:
            rows.append(_without_lead(place, UNKNOWN, "unknown_outcome", unknown.message))
        except ProspectB2BError as refused:
            if not isinstance(refused, APIError) or refused.status not in _OF_ONE_ROW:
                refused.add_note(f"{place:,} of {len(bodies):,} rows were written before")
                raise
            row = _without_lead(place, "failed", refused.code or str(refused.status), refused.message)
            rows.append(row | {"http_status": refused.status})
    return rows


def _without_lead(place: int, status: str, code: str, message: str) -> Row:
    error = {"code": code, "message": message, "details": []}
    return {"index": place, "status": status, "http_status": None, "lead": None, "error": error}


def shown_rows(bodies: Sequence[Mapping[str, Any]], leads: Sequence[Mapping[str, Any]], begun: datetime) -> list[Row]:
    """Return what leads show of rows that were sent: ``unknown`` unless exactly one has the address and all values.

    Args:
        bodies: Rows.
        leads: Leads with their addresses.
        begun: When the rows were sent, by the clock of the service's objects.

    >>> at = datetime.fromisoformat("2026-03-10T12:00:00+00:00")
    >>> lead = {"id": "lead_1", "email": "ada@x.example", "city": "Oslo", "created_at": "2026-03-10T12:00:01.000Z"}
    >>> bodies = [{"email": "Ada@x.example", "city": "Oslo"}, {"email": "ada@x.example", "city": "Turku"}]
    >>> [row["status"] for row in shown_rows(bodies, [lead], at)]
    ['created', 'unknown']
    """
    by_address: dict[str, dict[str, Mapping[str, Any]]] = {}
    for lead in leads:
        by_address.setdefault(_address_of(lead), {})[str(lead.get("id"))] = lead
    rows = []
    for place, body in enumerate(bodies):
        found = [*by_address.get(_address_of(body), {}).values()] if _address_of(body) else []
        if len(found) == 1 and not not_shown(found[0], body):
            status = "created" if _is_made_since(found[0], begun) else "updated"
            rows.append({"index": place, "status": status, "http_status": None, "lead": found[0], "error": None})
        else:
            rows.append(_without_lead(place, UNKNOWN, "unknown_outcome", "no lead shows that the row arrived"))
    return rows


def addresses_of(bodies: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the spellings of the addresses of rows."""
    given = [body["email"].strip() for body in bodies if isinstance(body.get("email"), str) and body["email"].strip()]
    return list(dict.fromkeys(each for email in given for each in (email, email.lower())))


def are_shown(rows: Sequence[Row]) -> bool:
    """Whether it is known what became of all rows."""
    return all(row["status"] in DONE for row in rows)


def encode_rows(rows: Sequence[Row]) -> list[bytes]:
    """Return rows as JSON."""
    return [json.dumps(row, ensure_ascii=False).encode() for row in rows]


def _address_of(row: Mapping[str, Any]) -> str:
    email = row.get("email")
    return email.strip().casefold() if isinstance(email, str) else ""


def _is_made_since(lead: Mapping[str, Any], begun: datetime) -> bool:
    try:
        return datetime.fromisoformat(str(lead.get("created_at"))) >= begun - ALLOWANCE
    except (TypeError, ValueError):  # another form of time, or one without a zone
        return False
