"""Turn the service's response into one result per row. Pure: a response that leaves a row out is not accepted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal, TypedDict

from pb2b_notebook.api.calls.bulk_items import BY_NUMBER, DONE, REFUSED, UNNAMED, contract_item, items_in
from pb2b_notebook.api.calls.confirming import ALLOWANCE, not_shown
from pb2b_notebook.api.calls.lost_creations import CLOCKS
from pb2b_notebook.api.calls.same_object import are_different_addresses
from pb2b_notebook.api.http.adaptation import unlearning
from pb2b_notebook.errors import APIError, NotFoundError, PreconditionFailedError
from pb2b_notebook.openapi.object_ids import id_text

Status = Literal["succeeded", "unchanged", "invalid", "conflict", "failed", "pending", "needs_review"]

_ONE_ROW: Final = re.compile(r"(^|\s|rows?|leads?|items?|records?|data)[.\[/]?[0-9]+[]./]{1,2}\w", re.IGNORECASE)
"""Words of a refusal that is about a field of one row, such as ``rows[0].email`` or ``rows.0.email``."""
_EXISTED: Final = "a lead with this key existed by then: it was updated"
_MADE_LATER: Final = "a lead with these values existed by then: it was created after the row was sent"


class Result(TypedDict, total=False):
    """The result of one row.

    ``status`` and ``action`` are always present; ``lead_id`` and the times where the lead is known, ``code``, ``field``
    and ``message`` where something was wrong, ``current`` (the lead as it is now) in a conflict.
    """

    status: Status
    action: str
    lead_id: str | None
    created_at: str | None
    updated_at: str | None
    code: str | None
    field: str | None
    message: str | None
    current: dict[str, Any] | None


_WHOLE: Final = 12
"""Fields from which on a lead in a response is taken to be whole."""


def is_about_request(problem: APIError, operation: str, bodies: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a refusal of a bulk upsert is about the request, or one of its rows, and not about a field of all rows.

    Its rows may be too many, or be taken in another form: one by one, each has a chance.

    >>> from pb2b_notebook.errors import Detail, PayloadTooLargeError, ValidationError
    >>> rows = [{"email": "ada@x.example", "city": "Oslo"}]
    >>> for problem in (
    ...     PayloadTooLargeError("too many rows", status=413),
    ...     ValidationError("leads is required", status=422),
    ...     ValidationError("invalid", status=422, details=[Detail("rows.0.email", "", "is taken")]),
    ...     ValidationError("unknown field city", status=422),
    ... ):
    ...     print(is_about_request(problem, "leads.bulk_upsert", rows))
    True
    True
    True
    False
    """
    text = " ".join([problem.message, *(f"{detail.field} {detail.message}" for detail in problem.details)])
    names = {name for body in bodies for name in body}
    if operation != "leads.bulk_upsert":
        return False
    return _ONE_ROW.search(text) is not None or not any(re.search(rf"(?<!\w){re.escape(n)}(?!\w)", text) for n in names)


def refuses_name(result: Result, name: str) -> bool:
    """Whether a row was refused since the service does not know a field.

    >>> refuses_name({"status": "failed", "message": "if_updated_at: unrecognized key"}, "if_updated_at")
    True
    >>> refuses_name({"status": "invalid", "message": 'unrecognized field "ifUpdatedAt"'}, "if_updated_at")
    True
    """
    text = " ".join(str(result.get(part) or "") for part in ("code", "field", "message"))
    named = re.search(unlearning.pattern_of(name), text, re.IGNORECASE) is not None
    return result["status"] in {"failed", "invalid"} and named and unlearning.UNKNOWN.search(text) is not None


def bulk_results(data: Any, planned: Sequence[str], bodies: Sequence[Mapping[str, Any]] = ()) -> list[Result] | None:
    """Return the results of a bulk upsert, one per row; ``None`` if the response is not valid: the outcome is unknown.

    Args:
        data: ``data`` of the envelope.
        planned: Planned action of each row.
        bodies: What each row sent: a result about another address is in another order than the rows.

    >>> lead = {"id": "lead_1", "updated_at": "2026-03-10T12:00:00.000Z"}
    >>> bulk_results([{"index": 0, "status": "created", "lead": lead, "error": None}], ["create"])[0]["lead_id"]
    'lead_1'
    >>> done = {"index": 0, "status": "updated", "lead": {**lead, "phone": "+1"}}
    >>> bodies = {"phone": None}, {"phone": "1"}, {"city": "Oslo"}
    >>> [bulk_results([done], ["update"], [body]) is None for body in bodies]
    [True, False, False]
    >>> [named] = bulk_results([{"status": "created", "lead": {"Id": "L1", "UpdatedAt": 1773144000}}], ["create"])
    >>> named["lead_id"], named["updated_at"]
    ('L1', '2026-03-10T12:00:00.000Z')
    """
    data = items_in(data, bodies)
    if data is None:
        return None
    data = [*map(contract_item, data)]
    if any(item.get("status") == BY_NUMBER and "index" not in item for item in data) and not _are_in_order(data):
        return None
    by_index = {item.get("index", place): item for place, item in enumerate(data)}
    if len(data) != len(planned) or set(by_index) != set(range(len(planned))):
        return None
    if not all(_is_understood(item) for item in data):
        return None
    rows = [(by_index[place], body) for place, body in enumerate(bodies)]
    if any(_is_about_another(item, body) or _contradicts(item, body) for item, body in rows):
        return None
    return [_bulk_result(by_index[place], action) for place, action in enumerate(planned)]


def _are_in_order(data: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the leads of all rows that were carried out have an address, by which their order is compared."""
    done = (item.get("lead") for item in data if item.get("status") != BY_NUMBER)
    return all(isinstance(lead, dict) and lead.get("email") for lead in done)


def _is_understood(item: Mapping[str, Any]) -> bool:
    """Whether an item says that its row was carried out or refused, in words of the contract or by an error."""
    status, error = item.get("status"), item.get("error")
    if status in DONE and not error:
        return isinstance(item.get("lead"), dict) or item.get("lead_id") is not None
    if status == UNNAMED:  # the time of its creation shows whether a lead was there before
        return all(item["lead"].get(name) is not None for name in ("id", "created_at"))
    return bool(error) or status in REFUSED


def _is_about_another(item: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    """Whether a result is about another lead than its row, or does not show which of the rows it is about."""
    lead = item.get("lead")
    if not isinstance(lead, dict):
        return "index" not in item and item.get("status") != BY_NUMBER
    return are_different_addresses(body.get("email"), lead.get("email"))


def _contradicts(item: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    """Whether the lead of a row that was carried out lacks what was sent: it has another value, or no field for it.

    A lead with a few fields may be part of one: what it lacks says nothing.
    """
    lead = item.get("lead")
    if not isinstance(lead, dict) or item.get("status") not in {*DONE, UNNAMED} or item.get("error"):
        return False
    whole = len(lead) >= _WHOLE
    return any(name in lead or (whole and "." not in name) for name in not_shown(lead, body))


def _bulk_result(item: Mapping[str, Any], planned: str) -> Result:
    status, lead = item.get("status"), item.get("lead")
    known = lead if isinstance(lead, dict) else {}
    error = item.get("error")
    if (status in DONE or status == UNNAMED) and not error:
        return success(DONE.get(str(status), planned), known or {"id": item.get("lead_id")}, planned)
    problem = error if isinstance(error, dict) else {"message": error} if isinstance(error, str) else {}
    code = str(problem.get("code") or status or "unknown")
    field, message = _detail(problem.get("details"))
    return failure(
        planned,
        code,
        message or str(problem.get("message") or "the service refused the row"),
        field=field,
        current=known or _dict(problem.get("current")),
    )


def success(action: str, lead: Mapping[str, Any], planned: str) -> Result:
    """Return the result of a row that the service carried out."""
    result: Result = {
        "status": "succeeded",
        "action": action,
        "lead_id": _text(lead.get("id")),
        "created_at": _text(lead.get("created_at")),
        "updated_at": _text(lead.get("updated_at")),
    }
    if planned == "create" and action != "create":
        result["message"] = _EXISTED
    return result


def without_others(result: Result, begun: datetime, *, until: datetime | None = None, answered: bool = False) -> Result:
    """Return the result of a row; that of a creation as an update, if its lead was not created while the job ran.

    An import and a look-up show only that there is a lead with the values of the row, and an undo would delete it.
    Where the service answers that it has created the lead, its two times say whether it was there before: they are of
    one clock, which may differ from that of the service's responses; by less than a day, though.

    Args:
        result: Result of the row.
        begun: When the job began, by the service's clock.
        until: When the row can last have taken effect, by that clock; ``None`` for an answer, or a look just after it.
        answered: Whether the service itself says that it has created the lead.

    >>> at = datetime.fromisoformat("2026-03-10T12:00:00+00:00")
    >>> times = {"created_at": "2026-03-10T11:00:00.000Z", "updated_at": "2026-03-10T11:00:00.000Z"}
    >>> made = success("create", {"id": "lead_1", **times}, "create")
    >>> without_others(made, at)["action"], without_others(made, at, answered=True)["action"]
    ('update', 'create')
    >>> without_others(made, at.replace(day=12), answered=True)["action"]
    'update'
    >>> [without_others(made, at.replace(hour=9), until=at.replace(hour=hour))["action"] for hour in (10, 12)]
    ['update', 'create']
    """
    if result["action"] != "create":
        return result
    try:
        made = datetime.fromisoformat(result.get("created_at") or "")
        changed = datetime.fromisoformat(result.get("updated_at") or "") if answered else begun
        earlier = changed - made > ALLOWANCE or begun - made > CLOCKS
        later = until is not None and made > until
    except (TypeError, ValueError):  # another form of time, or one without a zone
        return result
    if earlier or later:
        return {**result, "action": "update", "message": _EXISTED if earlier else _MADE_LATER}
    return result


def without_version(result: Result) -> Result:
    """Return the result of a row that was looked up; of a creation without the version that its lead has by now.

    Another user may have changed the lead meanwhile: an undo compares it with what was sent, and looks at its times.
    """
    if result["action"] != "create":
        return result
    return {name: value for name, value in result.items() if name != "updated_at"}  # type: ignore[return-value]


def failure(
    action: str, code: str, message: str, *, field: str | None = None, current: Mapping[str, Any] | None = None
) -> Result:
    """Return the result of a row that the service refused; it had no effect."""
    kinds: dict[str, Status] = {"conflict": "conflict", "lead_deleted": "conflict", "ambiguous_match": "conflict"}
    kinds |= {"validation_failed": "invalid", "invalid": "invalid"}
    result: Result = {
        "status": kinds.get(code, "failed"),
        "action": action,
        "code": code,
        "field": field,
        "message": message,
    }
    if current:
        result |= {"current": dict(current), "lead_id": _text(current.get("id"))}
    return result


def request_failure(problem: APIError, action: str) -> Result:
    """Return the result of a row whose whole request was refused."""
    details = problem.details
    if isinstance(problem, NotFoundError) and action == "update" and not details:
        message = f"{problem.message}; if the lead was deleted, ws.mirror.sync('leads', full=True) takes note of it"
        return failure(action, problem.code or str(problem.status), message)
    message = problem.message if not details else f"{details[0].field} {details[0].message}"
    code = "conflict" if isinstance(problem, PreconditionFailedError) else problem.code or str(problem.status)
    return failure(action, code, message, field=details[0].field if details else None)


def needs_review(action: str, why: str) -> Result:
    """Return the result of a row whose outcome cannot be found out."""
    return {
        "status": "needs_review",
        "action": action,
        "code": "unknown_outcome",
        "message": f"{why}; look at the lead",
    }


def _detail(details: Any) -> tuple[str | None, str | None]:
    """Return the first invalid field and its message."""
    if not (isinstance(details, list) and details and isinstance(details[0], dict)):
        return None, None
    field, message = _text(details[0].get("field")), _text(details[0].get("message"))
    return field, f"{field} {message}" if field and message else None


def _dict(value: Any) -> dict[str, Any] | None:
    return value if isinstance(value, dict) else None


def _text(value: Any) -> str | None:
    value = id_text(value)
    return value if isinstance(value, str) else None
