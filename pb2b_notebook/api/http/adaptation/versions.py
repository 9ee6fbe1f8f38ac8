"""In which form a service takes the version of an object, ``if_updated_at``: the text that it gave itself. Pure.

Some services compare versions as text: ours in ISO 8601 with ``Z`` is then another version than the same time with
``+00:00``, and each write conflicts. Where the object still has the time that a write expects, the write is sent again
with exactly the text of the service, and its form is remembered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.api.http.adaptation.unlearning import VERSION
from pb2b_notebook.api.http.responses.time_values import read_time
from pb2b_notebook.journal import key_of
from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.openapi.object_descriptions import time_named

if TYPE_CHECKING:
    from pb2b_notebook.api.http.call import Call

CHECKED: Final = "another one is refused"
_MILLISECOND: Final = timedelta(milliseconds=1)
_DEEPEST: Final = 4
_FEW: Final = 5
"""Objects of a list that show the form of its versions."""
_SECONDS: Final = "seconds since 1970"
_MILLISECONDS: Final = "milliseconds since 1970"
_PARTS: Final = lazy_pattern(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})([Tt ])([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,6}))?"
    r"( ?(?:[Zz]|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}))?"
)


def instant_of(value: Any) -> datetime | None:
    """Return the time of a version in any known form; ``None`` for another value.

    >>> instant_of("2026-03-10T13:00:00+01:00") == instant_of("2026-03-10 12:00:00") == instant_of(1773144000)
    True
    """
    found = read_time(value)
    if found is not None:
        return found[0]
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return None if time is None or time.tzinfo is None else time


def are_equal(one: Any, other: Any) -> bool:
    """Whether two versions are the same time, to the millisecond, however they are written."""
    first, second = instant_of(one), instant_of(other)
    return first is not None and second is not None and abs(first - second) < _MILLISECOND


def with_version_of(call: Call, body: bytes) -> Call | None:
    """Return a write with the version as a service writes it; ``None`` if its object has another one, or ours."""
    sent = json.loads(call.body or b"{}")
    expected = sent.get(VERSION)
    try:
        given = next((each for each in _versions_in(json.loads(body)) if are_equal(each, expected)), None)
    except (ValueError, RecursionError):
        return None
    if given is None or given == expected:
        return None
    return _with_body(call, {**sent, VERSION: given})


def is_coarse(call: Call, body: bytes) -> bool:
    """Whether an object still has the version that a refused write expects, in the whole seconds of its service.

    The service compares a finer time than it shows, which no write can name.
    """
    expected = instant_of(json.loads(call.body or b"{}").get(VERSION))
    try:
        # 12:00:00.000 may be the exact time of a service of milliseconds.
        shown = [instant_of(each) for each in _versions_in(json.loads(body)) if "." not in str(each)]
    except (ValueError, RecursionError):
        return False
    return expected is not None and expected in shown


def form_of(call: Call) -> str | None:
    """Return the form in which a write has its version; ``None`` if others cannot have it.

    >>> from pb2b_notebook.api.http.call import Call
    >>> from pb2b_notebook.openapi import load
    >>> form_of(Call(load()["leads.update"], "/leads/1", (), b'{"if_updated_at": "2026-03-10 12:00:00.5+00:00"}'))
    'YYYY-MM-DD hh:mm:ss.f+00:00'
    """
    return _form_of_text(json.loads(call.body or b"{}").get(VERSION))


def _form_of_text(version: Any) -> str | None:
    if isinstance(version, int):
        return _SECONDS if abs(version) < 10**11 else _MILLISECONDS
    found = _PARTS.fullmatch(version) if isinstance(version, str) else None
    if found is None:
        return None
    fraction = f".{'f' * len(found[8])}" if found[8] else ""
    return f"YYYY-MM-DD{found[4]}hh:mm:ss{fraction}{found[9] or ''}"


def form_in(body: bytes) -> str | None:
    """Return the form in which a list has the versions of its objects; ``None`` if ours cannot be written in it.

    >>> form_in(b'{"data": [{"updated_at": "2026-03-10T12:00:00.000+00:00"}]}')
    'YYYY-MM-DDThh:mm:ss.fff+00:00'
    >>> form_in(b'{"data": [{"updated_at": "2026-03-10T12:00:00.123456Z"}]}') is None  # finer than what is kept
    True
    """
    try:
        given = next((version for version in _versions_in(json.loads(body)) if version is not None), None)
    except (ValueError, RecursionError):
        return None
    form = _form_of_text(given)
    return None if form is None or "ffff" in form else form


def in_form(call: Call, form: str | None) -> Call:
    """Return a write with its versions in the form that the service takes; one without a version as it is."""
    if form is None or call.body is None or f'"{VERSION}"'.encode() not in call.body:
        return call
    body = json.loads(call.body)
    rows = body.get("rows") if isinstance(body, dict) else None
    made = {**body, "rows": [_in_form(row, form) for row in rows]} if isinstance(rows, list) else _in_form(body, form)
    return call if made == body else _with_body(call, made)


def _in_form(values: Any, form: str) -> Any:
    time = instant_of(values.get(VERSION)) if isinstance(values, dict) else None
    return values if time is None else {**values, VERSION: _text(time, form)}


def _text(time: datetime, form: str) -> str | int:
    if form in {_SECONDS, _MILLISECONDS}:
        return int(time.timestamp() * (1 if form == _SECONDS else 1000))
    zone = re.search(r"([+-])([0-9]{2}):?([0-9]{2})$", form)
    offset = timedelta(hours=int(zone[2]), minutes=int(zone[3])) if zone else timedelta()
    shown = time.astimezone(UTC) + (-offset if zone and zone[1] == "-" else offset)
    fraction = re.search(r"f+", form)
    text = form.replace("YYYY-MM-DD", f"{shown:%Y-%m-%d}").replace("hh:mm:ss", f"{shown:%H:%M:%S}")
    return text if fraction is None else text.replace(fraction[0], f"{shown:%f}"[: len(fraction[0])], 1)


def _with_body(call: Call, body: Mapping[str, Any]) -> Call:
    """Return the call with another body; it is another request, with an idempotency key of its own."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    key = call.idempotency_key
    return replace(call, body=text, idempotency_key=key and key_of(key, VERSION))


def _versions_in(found: Any, depth: int = 0) -> Iterator[Any]:
    """Yield what may be the version of the object in a response."""
    if isinstance(found, dict) and depth < _DEEPEST:
        yield from (value for name, value in found.items() if name == "updated_at" or time_named(name) == "updated_at")
        for value in found.values():
            yield from _versions_in(value, depth + 1)
    elif isinstance(found, list) and depth < _DEEPEST:
        for value in found[:_FEW]:
            yield from _versions_in(value, depth + 1)
