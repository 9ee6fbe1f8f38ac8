"""Turn a response outside 2xx into a typed error."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import parse_qsl

from pb2b_notebook import errors
from pb2b_notebook.api.http.responses import envelope, headers
from pb2b_notebook.api.http.responses.reply import Reply, printable
from pb2b_notebook.errors import APIError, Detail, NotJSONError, ProtocolError
from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.openapi.object_descriptions import fold, noun_of

_BY_CODE: dict[tuple[int, str], type[APIError]] = {
    (400, "cursor_expired"): errors.CursorExpiredError,
    (409, "idempotency_key_reused"): errors.IdempotencyKeyReusedError,
    (409, "idempotency_in_progress"): errors.IdempotencyInProgressError,
    (409, "conflict"): errors.PreconditionFailedError,
    (409, "ambiguous_match"): errors.AmbiguousMatchError,
    (409, "lead_deleted"): errors.LeadDeletedError,
}
_BY_STATUS: dict[int, type[APIError]] = {
    400: errors.BadRequestError,
    401: errors.AuthenticationError,
    403: errors.PermissionDeniedError,
    404: errors.NotFoundError,
    409: errors.ConflictError,
    410: errors.NotFoundError,  # it existed (RFC 9110, 15.5.11)
    412: errors.PreconditionFailedError,
    413: errors.PayloadTooLargeError,
    422: errors.ValidationError,
    429: errors.RateLimitError,
}
_SERVER_ERROR = 500
_BAD_REQUEST = 400
_MULTI_STATUS = 207
"""Status of a response whose parts have statuses of their own. Source: RFC 4918, section 11.1."""
_NOT_FOUND = 404
_NOT_VALID = 422
_NO_KEY = 401
_LONGEST_REFUSAL = 65_536
_LONGEST_TEXT = 500
_UNKNOWN_FIELD = lazy_pattern(
    r"(?:unknown|unrecogni[sz]ed|unexpected|unsupported|extra) (?:field|property|attribute|parameter)s?:? +"
    r"[\"'`]([\w.]+)[\"'`]"
)
"""A message that names the field that a service does not know, as that of Go's ``encoding/json``."""
_FAILED = frozenset({"error", "fail", "failed"})
_NOT_DONE = frozenset({"skipped", "rejected", "refused", "invalid", "not_created", "not_updated"})
"""Statuses of a row that was refused if reasons are beside them, as at Marketo."""
_REASONS = ("reasons", "errors", "error")
_HOLDERS = ("data", "result", "results")
"""Members of a response that may be the only row."""
_CODE = lazy_pattern(r"[a-z0-9]+([_.-][a-z0-9]+)+")
_CODES = ("code", "error_code")
_MESSAGES = ("message", "detail", "msg", "error_description", "description", "reason", "error_message",
             "default_message", "text", "messages", "faultstring")  # fmt: skip
_DETAILS = (
    "details", "errors", "violations", "field_errors", "validation_errors", "invalid_params", "issues", "detail",
    "message", "fields", "model_state", "reasons", "messages", "failures", "problems",
)  # fmt: skip
"""Names of the lists that say which fields an error is about."""
_FIELDS = ("field", "parameter", "param", "pointer", "loc", "path", "property", "property_path", "attribute", "target",
           "api_name", "field_name", "property_name", "fields", "name")  # fmt: skip
_OWN_FIELDS = ("field", "parameter", "param", "property", "attribute", "target")
"""Those of them that an error without a list says itself, as those of Stripe and OData do."""
_OF_NO_FIELD = ("non_field_errors", "__all__", "base", "obj", "_error")
"""Names under which Django, Rails and Play say what is wrong with all of an object."""
_MOST_DETAILS = 100
_MOST_TEXTS = 5
_MISSING = lazy_pattern(r"[\w.-]*(not[_.-]?found(error|exception)?|missingerror)", re.IGNORECASE)
"""Code of a refusal for an object or an operation that does not exist."""
_ABSENT = lazy_pattern(
    r"((error|resource|object|record|entity|method|route|endpoint|path|url|page)[ _-])*(was )?not[ _-]?found[.!]?",
    re.IGNORECASE,
)
"""Code or message of a refusal that says nothing else, which some services send with 400."""
_NO_OBJECT = lazy_pattern(r"not[ _-]?found|(does|did) ?n[o']t exist|no such|unknown \w*id\b", re.IGNORECASE)
_OF_ABSENCE = lazy_pattern(
    "(a|action|an|been|contact|deleted|did|didn|does|doesn|endpoint|entity|error|exist|found|given|has|id|is|it|item|"
    "lead|method|no|not|object|or|path|record|removed|requested|resource|route|such|t|that|the|this|unknown|url|was|"
    "with)"
)
"""Word of a message that says nothing but that the object or the operation of a request does not exist."""
"""Message for a request for one object that does not exist."""
_OF_REFUSALS = frozenset(
    {
        "data",
        "error",
        "errors",
        "extensions",
        "success",
        "ok",
        "status",
        "code",
        "error_code",
        "message",
        "msg",
        "request_id",
    }
)
"""Members of a response that says nothing but that it was refused."""
_MARKS = (b'"error', b'"success"', b'"reasons"', b'"ok"', b'"fail', b'Errors"', b'_errors"')
_OWN_ERRORS = lazy_pattern(r"(^|[a-z]_?)errors$", re.IGNORECASE)
_DEEPEST_ERRORS = 3
_DEEPEST_SENTENCE = 4
_SENTENCE = lazy_pattern(r"[^\W\d_]{2} +[^\W\d_]{2}")
ROLLING_WINDOW = 60.0
_WAITS = {
    "retryafter": 1, "retryafterseconds": 1, "retrydelay": 1, "retryafterms": 1000, "retryaftermilliseconds": 1000,
}  # fmt: skip
"""Folded names of the wait in the body of an error → units in a second; ``retryDelay`` is google.rpc.RetryInfo's."""
_LONGEST_WAIT = 10**6
_DEEPEST_WAIT = 4
"""Levels below the body on which a wait is, as in those of Google: ``error``, ``details``, one of them."""
_WAIT = lazy_pattern(r"^(\d{1,6}(?:\.\d+)?)(?: ?(?:s|secs?|seconds?))?\.?$")
_WAIT_IN_WORDS = lazy_pattern(
    r"\b(?:available|again|retry|wait)\b(?: (?:again|after|for|in|another))* (\d{1,6}(?:\.\d+)?) ?s(?:ec(?:ond)?s?)?\b",
    re.IGNORECASE,
)
"""The wait in the message of an error, as Django's ("Expected available in 13 seconds.") and OpenAI's state it."""
TOO_MANY_REQUESTS = 429
_LIMITS_UNDER_OTHER_STATUSES = frozenset({403, 420})
"""Statuses with which some services refuse requests above a rate limit, as Google's and GitHub's do with 403."""
_UNKNOWN_PARAMETER = lazy_pattern(
    r"(unknown|unrecogni[sz]ed|unexpected|unsupported|invalid|illegal|undefined|extra) (query |url |request )*"
    r"(param|argument|filter|option)|"
    r"(param|argument|filter|option)\S*( \S+){0,4} ((is|are) (not|un)|not (sup|all|per|rec))",
    re.IGNORECASE,
)
"""Words of a refusal of a parameter, which some services send with a status that means something else."""
_XML = re.compile(rb"\s*<(\?xml|[\w-]*:?(fault|error|exception|envelope)\w*[\s>])", re.IGNORECASE)
_ELEMENT = re.compile(r"<(?:[\w-]+:)?(\w+)(?:\s[^<>]*)?>((?:[^<>&]|&(?:lt|gt|quot|apos);)+)</")
"""Element with text; with no other references to characters, which could hide the key from the search for it."""
_UNAVAILABLE = 503
_CHALLENGE = (
    b'{"message": "Cloudflare, before the service, lets only browsers through now; the request did not reach it"}'
)
"""Error of a challenge. Source: developers.cloudflare.com, "Detect a Challenge Page response"."""
_NOTHING = re.compile(rb"\s*(null|\[\s*\]|\{\s*\}|)\s*")
_SAYS_WHY = frozenset(map(fold, ("id", "error", "errors", "retry_after", *_MESSAGES, *_CODES)))
"""Folded members of an envelope without an object that say why, or that have an object beside."""
_RATE_LIMIT = lazy_pattern(r"rate.?limit|too.?many.?requests|throttl", re.IGNORECASE)


def error_of(reply: Reply, *, attempts: int = 1, idempotency_key: str | None = None) -> errors.ProspectB2BError:
    """Return the typed error for a response outside 2xx.

    >>> from pb2b_notebook.api.http.responses.reply import Reply
    >>> type(error_of(Reply(400, {}, b'{"error": {"message": "Not found"}}'))).__name__
    'NotFoundError'
    """
    if reply.status // 100 in {1, 3}:
        return ProtocolError(
            f"the service answered with a redirect ({reply.status}); redirects are not followed",
            repair="check the base URL: the key is sent to no other address",
            request_id=envelope.request_id(reply),
            attempts=attempts,
            idempotency_key=idempotency_key,
        )
    if reply.headers.get("cf-mitigated") == "challenge":
        reply = replace(reply, status=_UNAVAILABLE, body=_CHALLENGE)
    body = _error_body(reply, lists=True)
    part = _refused_part(body.get("data"))
    code, message, details = _problem(body if part is None else {**body, "data": None, **part})
    wait = headers.retry_after(reply)
    limited = reply.status == TOO_MANY_REQUESTS or (
        reply.status in _LIMITS_UNDER_OTHER_STATUSES and _RATE_LIMIT.search(f"{code} {message}") is not None
    )
    if limited and "retry-after" not in reply.headers:
        # Some services report the wait only there; the documented limit is that of a rolling minute.
        stated = next((wait for wait in (_stated_wait(body), headers.own_wait(reply)) if wait is not None), None)
        reset = headers.rate(reply).reset if stated is None else stated
        wait = ROLLING_WINDOW if reset is None else reset
    default = errors.ServerError if reply.status >= _SERVER_ERROR else APIError
    kind = _BY_CODE.get((reply.status, code)) or _BY_STATUS.get(reply.status, default)
    named = (reply.status, code) in _BY_CODE or reply.status in {_NOT_VALID, _NO_KEY}
    if not named and _UNKNOWN_PARAMETER.search(message):
        kind = kind if issubclass(kind, errors.BadRequestError) else errors.BadRequestError
    if reply.status == _BAD_REQUEST and not details and any(_ABSENT.fullmatch(text) for text in (code, message)):
        kind = errors.NotFoundError
    kind = errors.RateLimitError if limited else kind
    problem = kind(
        message or _plain_text(reply) or f"the service answered {reply.status} without a message",
        status=reply.status,
        code=code,
        details=details,
        retry_after=wait,
        request_id=envelope.request_id(reply, body),
        attempts=attempts,
        idempotency_key=idempotency_key,
    )
    problem.structured = bool(body) and not _XML.match(reply.body)
    problem.allowed = frozenset(re.findall(r"[A-Z]+", reply.headers.get("allow", "").upper()))
    return problem


def _stated_wait(body: Any) -> float | None:
    """Return the seconds to wait that a body states, in a field or else in words; ``None`` without a sensible number.

    >>> _stated_wait({"error": {"retry_after_ms": 1500}}), _stated_wait({"retryAfter": 2}), _stated_wait({})
    (1.5, 2.0, None)
    >>> _stated_wait({"error": {"details": [{"retryDelay": "1.5s"}]}})
    1.5
    >>> _stated_wait({"message": "Please try again in 13 seconds."})
    13.0
    >>> _stated_wait({"message": "Please wait 2 seconds between requests", "retry_after": 3600})
    3600.0
    """
    found = [*_waits_in(body, _DEEPEST_WAIT)]
    in_fields = (wait for wait, is_field in found if is_field)
    return next(in_fields, next((wait for wait, _ in found if wait), None))


def _waits_in(body: Any, depth: int) -> Iterator[tuple[float, bool]]:
    """Yield the waits in the members of a body and below, and whether each is a field."""
    members = body.items() if isinstance(body, Mapping) else (("", part) for part in body)
    for name, value in members if depth else ():
        scale = _WAITS.get(re.sub(r"[_-]", "", str(name)).lower())
        if scale and isinstance(value, int | float) and not isinstance(value, bool):
            yield from [(value / scale, True)] * (0 <= value < _LONGEST_WAIT)
        elif isinstance(value, str):
            found = (_WAIT if scale else _WAIT_IN_WORDS).search(value)
            yield from [(float(found[1]) / (scale or 1), scale is not None)] if found else ()
        else:
            yield from _waits_in(value, depth - 1) if isinstance(value, Mapping | list) else ()


def refusal_in(
    reply: Reply, *, attempts: int = 1, idempotency_key: str | None = None
) -> errors.ProspectB2BError | None:
    """Return the typed error for a 2xx response that says that the request failed; ``None`` for any other.

    Some services answer every request with 200 and ``{"success": false}``, or with an error in place of the data.

    >>> from pb2b_notebook.api.http.responses.reply import Reply
    >>> str(refusal_in(Reply(200, {}, b'{"success": false, "error": "unknown status"}')))[:22]
    '422: unknown status → '
    >>> refusal_in(Reply(200, {}, b'{"ok": false, "error": "ratelimited"}')).status
    429
    >>> refusal_in(Reply(200, {}, b'{"data": {"id": "job_1", "error": {"code": "lost"}}}')) is None
    True
    >>> refusal_in(Reply(207, {}, b'{"data": [{"status": 404, "message": "no such lead"}]}')).status
    404
    """
    # The length first: to look for the marks in a page of leads takes longer than to receive it.
    if len(reply.body) > _LONGEST_REFUSAL:
        return None
    if _shows_nothing(reply):
        refused = replace(reply, status=_NOT_FOUND, body=b'{"message": "the service shows nothing there"}')
        return error_of(refused, attempts=attempts, idempotency_key=idempotency_key)
    if reply.status != _MULTI_STATUS and not any(mark in reply.body for mark in _MARKS):
        return None
    body = _error_body(reply)
    part, holder = None, next((name for name in _HOLDERS if name in body), None)
    if holder and (reply.operation is None or reply.operation.mutates):  # what is read may have failed itself
        part = _refused_part(body[holder])
        body = body if part is None else {**body, holder: None, **part}
    denied = part is not None or body.get("success") is False or body.get("ok") is False
    failed = denied or body.get("error") or body.get("errors")
    failed = failed or str(body.get("status")).lower() in _FAILED  # as JSend says it
    is_object = body.get("id") is not None and "jsonrpc" not in body
    void = _is_void(data := body.get("data")) or not data or _says_fields(body)
    if not failed or is_object or not void:
        return None
    inner = body.get("error")
    numbers = [of.get(name) for of in (inner, body) if isinstance(of, Mapping) for name in ("status", "code")]
    stated = next((n for n in numbers if isinstance(n, int) and n // 100 in {4, 5}), None)
    if stated is None and _RATE_LIMIT.search(" ".join([*_codes(body), _problem(body)[1]])):
        stated = TOO_MANY_REQUESTS
    if stated is None:
        missing = any(map(_MISSING.fullmatch, _codes(body))) or _misses_object(reply, _problem(body)[1])
        stated = _NOT_FOUND if missing else _NOT_VALID
    refused = replace(reply, status=stated, body=json.dumps(body).encode())
    return error_of(refused, attempts=attempts, idempotency_key=idempotency_key)


def _shows_nothing(reply: Reply) -> bool:
    """Whether a response to the reading of one object has none: Zoho answers 204, others with null or an empty list.

    >>> from pb2b_notebook import openapi
    >>> lead = openapi.load()["leads.get"]
    >>> bodies = b'{"data": null, "request_id": "r"}', b'{"success": true, "lead": []}', b'{"data": null, "id": "x"}'
    >>> failed = b'{"data": null, "status": "error"}', b'{"data": null, "Message": "try again"}'
    >>> [_shows_nothing(Reply(200, {}, body, operation=lead)) for body in (*bodies, *failed)]
    [True, True, False, False, False]
    """
    operation = reply.operation
    if operation is None or operation.method != "GET" or operation.many or not operation.path.endswith("}"):
        return False
    if _NOTHING.fullmatch(reply.body):
        return True
    body = _error_body(reply)
    nouns = {"data", fold(noun_of(operation.path)), *envelope.WRAPPERS}
    empty = [name for name in body if fold(name) in nouns and body[name] in (None, [])]
    others = {name: body[name] for name in body.keys() - set(empty)}
    beside = any((value and isinstance(value, dict | list)) or _denies(value) for value in others.values())
    return bool(empty) and {*map(fold, others)}.isdisjoint(_SAYS_WHY) and not beside


def _denies(value: Any) -> bool:
    """Whether a member beside an object that is missing may say that the request failed: a status of 503, not an id.

    >>> [_denies(value) for value in (False, "Error", "503", 503, True, "ok", 0, "req_503")]
    [True, True, True, True, False, False, False, False]
    """
    word = str(value).lower()
    return word in {*_FAILED, "false"} or re.fullmatch("[45][0-9][0-9]", word) is not None


def _misses_object(reply: Reply, message: str) -> bool:
    """Whether a message says that the object of the path of a request does not exist, or the operation of a write."""
    operation = reply.operation
    about = operation is not None and (operation.mutates or operation.path.endswith("}"))
    if operation is None or not about or not _NO_OBJECT.search(message):
        return False
    words = re.findall("[a-z]+", re.sub(r"\S*[0-9]\S*", "", message.casefold()))  # an id has digits
    return all(map(_OF_ABSENCE.fullmatch, {*words} - {*noun_of(operation.path).split("_")}))


def says_missing(reply: Reply) -> bool:
    """Whether a 2xx response only says that the service does not have the operation, without results of rows.

    >>> from pb2b_notebook.api.http.responses.reply import Reply
    >>> says_missing(Reply(200, {}, b'{"data": null, "errors": [{"extensions": {"code": "NOT_FOUND"}}]}'))
    True
    >>> says_missing(Reply(200, {}, b'{"updated": 2, "errors": [{"row": 1, "code": "not_found"}]}'))
    False
    """
    body = _error_body(reply)
    refusal = refusal_in(reply) if body.keys() <= _OF_REFUSALS and body.get("data") is None else None
    return getattr(refusal, "status", None) == _NOT_FOUND and not any(d.field for d in getattr(refusal, "details", ()))


def _refused_part(data: Any, depth: int = 0) -> Mapping[str, Any] | None:
    """Return the part of the data that says why a write was refused: its errors beside no object, or its only row.

    >>> errors = [{"field": ["email"], "message": "is invalid"}]
    >>> _refused_part({"createLead": {"lead": None, "userErrors": errors}})
    {'errors': [{'field': ['email'], 'message': 'is invalid'}]}
    >>> _refused_part([{"code": "INVALID_DATA", "status": "error"}])
    {'code': 'INVALID_DATA', 'status': 'error'}
    >>> _refused_part([{"status": "skipped", "reasons": [{"code": "1003", "message": "Email is invalid"}]}]) is None
    False
    >>> _refused_part({"createLead": {"lead": {"id": 7}, "userErrors": errors}}) is None
    True
    """
    if isinstance(data, list) and len(data) == 1 and isinstance(data[0], Mapping):
        status = str(data[0].get("status")).lower()
        refused = (
            status in _FAILED
            or re.fullmatch("[45][0-9][0-9]", status)
            or (status in _NOT_DONE and any(data[0].get(name) for name in _REASONS))
        )
        return data[0] if refused and data[0].get("id") is None else None
    if not isinstance(data, Mapping) or depth > _DEEPEST_ERRORS:
        return None
    errors = next((value for name, value in data.items() if value and _OWN_ERRORS.search(name)), None)
    others = {name: value for name, value in data.items() if value is not errors and name != "__typename"}
    if isinstance(errors, list) and others and _is_void(others):
        return {"errors": errors}
    return _refused_part(next(iter(others.values())), depth + 1) if len(others) == 1 else None


def _is_void(data: Any) -> bool:
    """Whether data have no value at any depth, as those of GraphQL beside errors.

    >>> _is_void({"createLead": {"lead": None}}), _is_void([]), _is_void({"created": 0})
    (True, True, False)
    """
    inner = data.values() if isinstance(data, Mapping) else data
    return data is None or (isinstance(inner, Iterable) and not isinstance(data, str) and all(map(_is_void, inner)))


def _codes(body: Mapping[str, Any]) -> list[str]:
    """Return the codes of an error, also those in the extensions of GraphQL.

    >>> _codes({"errors": [{"extensions": {"code": "NOT_FOUND"}}]}), _codes({"error": "lead_not_found"})
    (['NOT_FOUND'], ['lead_not_found'])
    """
    inner, listed = body.get("error"), body.get("errors")
    parts = [body, inner, *(listed if isinstance(listed, list) else ())]
    more = [
        each[name] for each in parts if isinstance(each, Mapping) for name in ("extensions", "data") if name in each
    ]
    found = [_first_text(each, _CODES) for each in (*parts, *more) if isinstance(each, Mapping)]
    found += [_first_text(each, ("name",)) for each in more if isinstance(each, Mapping)]  # JSON-RPC 2.0
    return [code for code in (*found, _safe_text(inner)) if code]


def _error_body(reply: Reply, *, lists: bool = False) -> Mapping[str, Any]:
    """Return the body of an error; one that is a list of errors, as Salesforce's, has them as such if asked."""
    try:
        body = envelope.parse_strict_json(reply.body, reply)
    except NotJSONError:
        is_form = reply.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        text = reply.body[:_LONGEST_REFUSAL].decode("utf-8", "replace")
        return dict(parse_qsl(text)) if is_form else _xml_texts(text) if _XML.match(reply.body) else {}
    if lists and isinstance(body, list):
        return {"errors": body}
    return body if isinstance(body, dict) else {}


def _xml_texts(text: str) -> dict[str, str]:
    """Return the texts of the elements of an error in XML, as those of gateways and of SOAP, by their names.

    >>> _xml_texts("<fault><code>GW-400</code><soap:faultstring lang='en'>Not &quot;x&quot;</soap:faultstring></fault>")
    {'code': 'GW-400', 'message': 'Not "x"'}
    >>> _xml_texts("<fault><message>Invalid key pb2b&#x5F;live</message><key>pb2b&amp;#95;live</key></fault>")
    {}
    """
    found = {"message" if name == "faultstring" else name: unescape(inner) for name, inner in _ELEMENT.findall(text)}
    return {name: inner.strip() for name, inner in found.items() if inner.strip()}


def _problem(body: Mapping[str, Any]) -> tuple[str, str, list[Detail]]:
    """Return code, message and details of an error in any of the known shapes.

    >>> _problem({"statusCode": 400, "error": "Bad Request", "message": ["limit must not be greater than 50"]})[:2]
    ('', 'limit must not be greater than 50')
    >>> _problem({"Fault": {"Reason": "no", "Detail": [{"Field": "Steps.0.Body", "Text": "is required"}]}})
    ('', 'no', [Detail(field='Steps.0.Body', code='', message='is required')])
    >>> _problem({"messages": [{"level": "error", "text": "is too long", "target": "email"}]})[1:]
    ('is too long', [Detail(field='email', code='', message='is too long')])
    >>> _problem({"detail": [{"loc": ["query", "order"], "msg": "Extra inputs are not permitted"}]})[2]
    [Detail(field='order', code='', message='Extra inputs are not permitted')]
    """
    body = _with_errors_elsewhere(body)
    inner = next(filter(None, (_get(body, name) for name in ("error", "fault"))), None)
    more = inner.get("data") if isinstance(inner, Mapping) else None  # JSON-RPC 2.0: what else is known of the error
    whole = {**body, **(inner if isinstance(inner, Mapping) else {}), **(more if isinstance(more, Mapping) else {})}
    code, title = _first_text(whole, _CODES), _safe_text(inner)
    if title and not code and _CODE.fullmatch(title) and _first_text(whole, _MESSAGES):
        code = title  # {"error": "invalid_request", "message": "…"}
    details = [detail for name in _DETAILS for detail in _details(_get(whole, name), whole)]
    own = {name: value for name in (*_OWN_FIELDS, *_MESSAGES) if (value := _get(whole, name)) is not None}
    details = details or _details([own])
    lists = (_get(whole, name) for name in _DETAILS)
    items: list[Any] = next(([*map(_error_in, each)] for each in lists if isinstance(each, list) and each), [])
    first = items[0] if items and isinstance(items[0], Mapping) else {"message": items[0]} if items else {}
    code = code or (_first_text(first, _CODES) if "errors" in body else "")
    message = _first_text(whole, _MESSAGES)
    if title and title not in {code, message}:
        message = title if not message or title.casefold() in message.casefold() else message
    message = message or _first_text(first, _MESSAGES) or next((d.message for d in details if d.message), "")
    message = message or _first_text(whole, ("title",)) or _first_text(first, ("title",)) or _any_sentence(body)
    if not details and (unknown := _UNKNOWN_FIELD.search(message)):
        details = [Detail(unknown[1], "unknown_field", "the service does not know it")]
    return code, message, details


def _with_errors_elsewhere(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the body of an error with its list of errors: those of HAL, JSend, or of Django and Play by field alone.

    >>> _problem({"status": "fail", "data": {"email": "is invalid"}})[1:]
    ('is invalid', [Detail(field='email', code='', message='is invalid')])
    >>> _problem({"email": ["is invalid"], "non_field_errors": ["no"]})[1:]
    ('is invalid', [Detail(field='email', code='', message='is invalid')])
    >>> _problem({"message": "Bad Request", "_embedded": {"errors": [{"message": "email: is invalid"}]}})[1]
    'email: is invalid'
    """
    if any(_get(body, name) for name in ("error", "errors")):
        return body
    if _says_fields(body):
        return {**body, "errors": body["data"]}
    inside = body.get("_embedded")
    if isinstance(inside, Mapping) and isinstance(inside.get("errors"), list) and inside["errors"]:
        return {**body, "message": _text_in(inside["errors"]) or body.get("message"), "errors": inside["errors"]}
    by_field = {name.removeprefix("obj."): texts for name, texts in body.items() if isinstance(texts, list) and texts}
    if not by_field or not all(map(_text_in, by_field.values())) or any(_get(body, n) for n in (*_MESSAGES, *_DETAILS)):
        return body
    of_all = [by_field.pop(name) for name in _OF_NO_FIELD if name in by_field]
    return {**body, "errors": by_field} if by_field else {**body, "message": _text_in(of_all[0])}


def _says_fields(body: Mapping[str, Any]) -> bool:
    """Whether the data of a response are why it failed: texts by field, as JSend has them.

    >>> _says_fields({"status": "fail", "data": {"email": "is invalid"}}), _says_fields({"status": "ok", "data": {}})
    (True, False)
    """
    data = body.get("data")
    texts = isinstance(data, Mapping) and data and all(isinstance(v, str) for v in data.values()) and "id" not in data
    return bool(texts) and str(body.get("status")).lower() == "fail"


def _get(of: Mapping[str, Any], name: str) -> Any:
    """Return the member of an error with a name, in whatever way the service writes it.

    >>> _get({"errorMessage": "no"}, "error_message"), _get({"Invalid-Params": [1]}, "invalid_params"), _get({}, "code")
    ('no', [1], None)
    """
    return next((value for key, value in of.items() if fold(key) == fold(name) and value is not None), None)


def _first_text(of: Mapping[str, Any], names: Iterable[str]) -> str:
    """Return the first text under these names; a list of texts is joined, and one with its language is that text."""
    for name in names:
        value = _get(of, name)
        if _is_text_in_language(value):
            value = value["value"]
        if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
            value = "; ".join(value[:_MOST_TEXTS])
        if text := _safe_text(value):
            return text
    return ""


def _is_text_in_language(value: Any) -> bool:
    """Whether a value is a text with its language, as the messages of OData 2 are."""
    return isinstance(value, Mapping) and value.keys() == {"lang", "value"}


def _plain_text(reply: Reply) -> str:
    """Return the message of an error that is one line of text, and neither JSON nor a page of a proxy."""
    text = reply.body[:_LONGEST_TEXT].decode("utf-8", "replace").strip()
    is_text = reply.headers.get("content-type", "").startswith("text/plain")
    return _safe_text(text) if is_text and not text.startswith(("<", "{", "[")) and "\n" not in text else ""


def _safe_text(value: Any) -> str:
    """Return a text of the service, cut for a message and without control characters."""
    return printable(value[:500]) if isinstance(value, str) else ""


def _details(raw: Any, whole: Mapping[str, Any] | None = None) -> list[Detail]:
    """Return which fields an error is about: from a list of objects, from texts by field, or from the field's name.

    >>> _details({"api_name": "data"}, {"code": "MANDATORY_NOT_FOUND", "message": "required field not found"})
    [Detail(field='data', code='MANDATORY_NOT_FOUND', message='required field not found')]
    """
    if isinstance(raw, Mapping) and isinstance(raw.get("api_name"), str):  # as Zoho names it
        return _details([{**(whole or {}), **raw}])
    if isinstance(raw, Mapping) and not _is_text_in_language(raw):
        return [
            Detail(_safe_text(name), "", _text_in(texts))
            for name, texts in list(raw.items())[:_MOST_DETAILS]
            if isinstance(texts, str | list) or _text_in(texts)
        ]
    if not isinstance(raw, list):
        return []
    found = [
        Detail(_field_of(d), _first_text(d, _CODES), _first_text(d, _MESSAGES))
        for d in map(_error_in, raw[:_MOST_DETAILS])
        if isinstance(d, Mapping)
    ]
    return [detail for detail in found if detail.field]


def _error_in(item: Any) -> Any:
    """Return an item of a list of errors, which Zendesk Sell has below its name."""
    inner = item.get("error") if isinstance(item, Mapping) else None
    return inner if isinstance(inner, Mapping) else item


def _text_in(value: Any) -> str:
    """Return the first text of a field's errors: a text, an object with one, or a list of those.

    >>> _text_in(["is invalid", "x"]), _text_in([{"msg": ["error.email"]}]), _text_in({"message": "no"}), _text_in(3)
    ('is invalid', 'error.email', 'no', '')
    """
    if isinstance(value, list):
        return _text_in(value[0]) if value else ""
    return _first_text(value, (*_MESSAGES, "error")) if isinstance(value, Mapping) else _safe_text(value)


def _any_sentence(value: Any, depth: int = 0) -> str:
    """Return the first text of several words in an error of no known shape.

    >>> _any_sentence({"outcome": {"id": "x-1", "why": [{"diagnostics": "the key is too long"}]}})
    'the key is too long'
    """
    if isinstance(value, str):
        return _safe_text(value) if _SENTENCE.search(value) else ""
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    found = (_any_sentence(each, depth + 1) for each in inner) if depth < _DEEPEST_SENTENCE else iter(())
    return next(filter(None, found), "")


def _field_of(detail: Mapping[str, Any]) -> str:
    """Return the field or parameter that a detail is about, in the words of any of the known shapes."""
    source = detail.get("source")  # JSON:API
    named = {**source, **detail} if isinstance(source, Mapping) else detail
    name = next((name for name in _FIELDS if _get(named, name)), "")
    value = _get(named, name)
    if isinstance(value, list) and name == "fields":  # several, of which each one is refused
        value = value[0]
    if isinstance(value, list):  # "loc" of pydantic: where, then the path
        value = ".".join(str(part) for part in value if part not in {"query", "body", "path", "header"})
    text = _safe_text(value)
    return text.rpartition("/")[2] if text.startswith(("/", "#/")) else text
