"""The results of the rows of a bulk write in the words of the contract, in whatever form they come. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pb2b_notebook import openapi
from pb2b_notebook.api.http.responses.error_replies import error_of
from pb2b_notebook.api.http.responses.object_forms import in_contract_form
from pb2b_notebook.api.http.responses.reply import Reply
from pb2b_notebook.openapi.object_descriptions import fold

REFUSED: Final = frozenset(
    {
        "invalid",
        "conflict",
        "failed",
        "rejected",
        "refused",
        "ambiguous_match",
        "lead_deleted",
        "validation_failed",
    }
)
DONE: Final = {"created": "create", "updated": "update", "unchanged": "unchanged"}
_DONE_NUMBERS: Final[Mapping[Any, str]] = {201: "created", 200: "updated"}
_ITEM_NAMES: Final = ("status", "index", "lead", "lead_id", "error", "errors", "created")
_STATUS_NAMES: Final = ("result", "outcome", "action", "operation")
"""Other names of the status of a row."""
_INDEX_NAMES: Final = ("rowindex", "itemindex", "inputindex")
"""Other folded names of the place of a row from 0; in places from 1, no row would be the first."""
_ERROR_NAMES: Final = ("violations", "validationerrors", "fielderrors", "problems", "failures")
"""Other folded names of what is wrong with a row."""
UNNAMED: Final = "done"
"""Status of a row that has its lead, and neither a status nor an error."""
BY_NUMBER: Final = "refused"
"""Status of a row that is refused by a status of HTTP."""
_CODES: Final = {400: "validation_failed", 409: "conflict", 412: "conflict", 422: "validation_failed"}
_OBJECTS: Final = ("lead", "body", "data", "response")
"""Names under which a row of a multi-status has its object, or its error."""
_KEYS: Final = ("email", "external_id")
"""Fields under whose values a service may give the results of rows."""


def contract_item(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the result of a row in names and words of the contract, as far as it is understood."""
    return _with_lead_in_contract_form(_in_contract_words(_in_contract_names(item)))


def items_in(data: Any, bodies: Sequence[Mapping[str, Any]] = ()) -> list[dict[str, Any]] | None:
    """Return the list of objects that a response is, or that is its only list; ``None`` without a certain one.

    Args:
        data: ``data`` of the envelope.
        bodies: What each row sent: a service may give its result under the row's address or number.

    >>> items_in({"total": 1, "Data": {"Results": [{"id": 1}]}})
    [{'id': 1}]
    >>> items_in({"results": {"ADA@x.example": {"status": 201}}}, [{"email": "ada@x.example"}])
    [{'index': 0, 'status': 201}]
    >>> print(items_in({"succeeded": [{"id": 1}], "failed": []}))
    None
    """
    if isinstance(data, dict):
        if bodies and (found := _items_by_key(data, bodies)) is not None:
            return found
        inner = [value for value in data.values() if isinstance(value, dict | list)]
        return items_in(inner[0], bodies) if len(inner) == 1 else None
    return data if isinstance(data, list) and all(isinstance(item, dict) for item in data) else None


def _items_by_key(data: Mapping[str, Any], bodies: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]] | None:
    """Return the results that are under the address, the external id or the number of each row; else ``None``.

    >>> _items_by_key({"2": {"id": "L2"}, "1": {"id": "L1"}}, [{"city": "Oslo"}, {"city": "Turku"}])
    [{'index': 0, 'id': 'L1', 'lead_id': 'L1'}, {'index': 1, 'id': 'L2', 'lead_id': 'L2'}]
    """
    items = {name.strip().casefold(): value for name, value in data.items() if isinstance(value, dict)}
    if len(items) != len(bodies):
        return None
    sent = [[str(body.get(key) or "").strip().casefold() for body in bodies] for key in _KEYS]
    for keys in (*sent, [*map(str, range(len(bodies)))], [*map(str, range(1, len(bodies) + 1))]):
        if set(keys) == items.keys():
            return [{"index": place, **_with_lead_id(items[key])} for place, key in enumerate(keys)]
    return None


def _with_lead_id(item: Mapping[str, Any]) -> dict[str, Any]:
    known = "lead" in item or "lead_id" in item or any(isinstance(value, dict) for value in item.values())
    return {**item} if known or item.get("id") is None else {**item, "lead_id": item["id"]}


def _in_contract_names(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an item with the names of the contract, however they are written, and with a status.

    >>> _in_contract_names({"Result": "UPDATED", "LeadId": "L1", "Index": 0})
    {'Result': 'UPDATED', 'lead_id': 'L1', 'index': 0, 'status': 'updated'}
    >>> _in_contract_names({"lead": {"id": "L1"}, "created": True})["status"]
    'created'
    >>> _in_contract_names({"status": {"code": 3, "message": "bad"}})
    {'status': 422, 'body': {'code': 3, 'message': 'bad'}}
    >>> _in_contract_names({"rowIndex": 1, "outcome": "REJECTED", "violations": [{"field": "email"}]})
    {'index': 1, 'outcome': 'REJECTED', 'errors': [{'field': 'email'}], 'status': 'rejected'}
    """
    names = {fold(name): name for name in item}
    ours = {names[fold(name)]: name for name in _ITEM_NAMES if fold(name) in names}
    for name, others in (("index", _INDEX_NAMES), ("errors", _ERROR_NAMES)):
        found_as = [names[other] for other in others if other in names]
        ours |= {found_as[0]: name} if len(found_as) == 1 and name not in names else {}
    found = {ours.get(name, name): value for name, value in item.items()}
    if isinstance(found.get("status"), dict | list):
        problem = found.pop("status")  # a google.rpc.Status, which has a code where the row was refused
        found |= {"status": 422, "body": problem} if isinstance(problem, dict) and problem.get("code") else {}
    if "status" not in found:
        words = (item[names[name]] for name in _STATUS_NAMES if name in names)
        has_lead = isinstance(found.get("lead"), dict) and not (found.get("error") or found.get("errors"))
        created = found.get("created")
        done = ("created" if created else "updated") if isinstance(created, bool) else UNNAMED
        status = next((word for word in words if isinstance(word, str)), done if has_lead else None)
        found |= {} if status is None else {"status": status}
    word = str(found.get("status")).lower()
    return {**found, "status": word} if word in DONE or word in REFUSED else found


def _in_contract_words(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an item that has the status of a response, as in a multi-status (RFC 4918), in words of the contract.

    >>> _in_contract_words({"status": 201, "body": {"id": "L1"}})["lead"]
    {'id': 'L1'}
    >>> refused = _in_contract_words({"status": 400, "body": {"title": "invalid", "detail": "unknown field 'x'"}})
    >>> refused["error"]["code"], refused["error"]["message"]
    ('validation_failed', "unknown field 'x'")
    >>> _in_contract_words({"status": 503}), _in_contract_words({"status": 202, "body": {"id": "L1"}})["status"]
    ({'status': 503}, 202)
    """
    status = item.get("status")
    inner = next((item[name] for name in _OBJECTS if isinstance(item.get(name), dict)), None)
    if status in _DONE_NUMBERS or (status in DONE and "lead" not in item and "lead_id" not in item):
        word = _DONE_NUMBERS.get(status, status)
        return item if inner is None or item.get("error") else {**item, "status": word, "lead": inner}
    number = status if isinstance(status, int) else 422 if item.get("errors") and status not in DONE else 0
    if not 400 <= number < 500:  # noqa: PLR2004 - a refusal
        return item
    problem = error_of(Reply(number, {}, json.dumps(inner or item).encode()))
    details = [{"field": detail.field, "message": detail.message} for detail in getattr(problem, "details", ())]
    text = getattr(problem, "message", "") or "the service refused the row"
    error = {"code": _CODES.get(number, str(number)), "message": text, "details": details}
    return {**item, "status": BY_NUMBER, "error": error}


def _with_lead_in_contract_form(item: Mapping[str, Any]) -> Mapping[str, Any]:
    lead = item.get("lead")
    if not isinstance(lead, dict):
        return item
    [formed], _ = in_contract_form([json.dumps(lead).encode()], openapi.load()["leads.get"])
    return {**item, "lead": json.loads(bytes(formed))}
