"""Request bodies: strict JSON of limited size.

RFC 8259 lets a parser refuse what it cannot represent: duplicate names, numbers beyond a double, unlimited nesting.
Python's ``json`` accepts NaN and infinities, which no response could return.
"""

import json
import math
from typing import Any, NoReturn

from starlette.requests import Request

from pb2b_notebook.sandbox.core.problems import Problem, bad_request, detail, invalid
from pb2b_notebook.sandbox.http.blocking import run_blocking

MEBIBYTE = 1024 * 1024
SMALL = 256 * 1024
"""Larger bodies, in bytes, are parsed in a worker thread, so that other requests need not wait."""
DEEPEST = 32
# How many bytes beyond its limit a body is read and discarded, so that the client can read the error response: closing
# the connection while the client still sends would reset it and lose the response.
_DRAINED = 16 * MEBIBYTE


async def read_json(request: Request, limit: int = MEBIBYTE) -> Any:
    """Read a JSON body and return its value.

    Raises:
        Problem: 413 for a body over the limit, with or without ``Content-Length``; 415 for another media type or
            encoding; 400 for a body that is not strict JSON; 422 for text that a UTF-8 response cannot contain.
    """
    content = await read_bytes(request, limit)
    if not content:
        raise bad_request("malformed_json", "the body is empty: send a JSON object")
    _check_media_type(request)
    if len(content) <= SMALL:
        return parse(content)
    return await run_blocking(parse, content)


async def refuse_body(request: Request) -> None:
    """Refuse a body other than ``{}``, because ignoring it would hide a mistake of the client.

    Raises:
        Problem: As :func:`read_json`; 422 for a body that is not empty.
    """
    content = await read_bytes(request, SMALL)
    if not content:
        return
    _check_media_type(request)
    if parse(content) != {}:
        raise invalid([detail("body", "unexpected_body", "this operation takes no body: leave it out")])


async def read_bytes(request: Request, limit: int) -> bytes:
    """Read a body of at most ``limit`` bytes.

    Raises:
        Problem: 413 for a larger body.
    """
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= limit:
            chunks.append(chunk)
        elif size > limit + _DRAINED:
            break
    if size > limit:
        raise Problem(413, "payload_too_large", f"the body is too large: this operation takes at most {limit} bytes")
    return b"".join(chunks)


def _check_media_type(request: Request) -> None:
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if media_type != "application/json" or encoding != "identity":
        raise Problem(415, "unsupported_media_type", "send Content-Type: application/json, not compressed")


def parse(content: bytes) -> Any:
    """Parse strict JSON.

    Raises:
        Problem: 400 ``malformed_json``; 422 for NUL and unpaired surrogates, one detail per field.
    """
    try:
        value = json.loads(
            content.decode("utf-8"), object_pairs_hook=_object, parse_float=_number, parse_constant=_constant
        )
    except UnicodeDecodeError:
        raise bad_request("malformed_json", "the body is not UTF-8") from None
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as error:
        message = f"the body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        raise bad_request("malformed_json", message) from None
    except ValueError as error:
        # From the hooks below, or an integer with thousands of digits; neither message repeats the value.
        known = error.args[0] if isinstance(error, _StrictnessError) else "a number has too many digits"
        raise bad_request("malformed_json", f"the body is not strict JSON: {known}") from None
    _check_text(value)
    return value


class _StrictnessError(ValueError):
    """JSON that Python accepts and this service refuses."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _StrictnessError("an object contains a name twice")
    return members


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _StrictnessError("a number is too large")
    return number


def _constant(_name: str) -> NoReturn:
    raise _StrictnessError("NaN and Infinity are not JSON")


def _too_deep() -> Problem:
    return bad_request("malformed_json", f"the body is nested deeper than {DEEPEST} levels")


_Path = tuple["_Path", int | str] | None


def _check_text(value: Any) -> None:
    details = []
    waiting: list[tuple[int, _Path, Any]] = [(0, None, value)]
    while waiting:
        depth, path, node = waiting.pop()
        if isinstance(node, str):
            details += [] if _is_text(node) else [_not_text(path)]
        elif isinstance(node, list | dict) and depth == DEEPEST:
            raise _too_deep()
        elif isinstance(node, list):
            waiting += [(depth + 1, (path, index), item) for index, item in enumerate(node)]
        elif isinstance(node, dict):
            details += [_not_text(path) for name in node if not _is_text(name)][:1]
            waiting += [(depth + 1, (path, name), item) for name, item in node.items() if _is_text(name)]
    if details:
        raise invalid(details)


def _is_text(text: str) -> bool:
    return "\0" not in text and (text.isascii() or not any("\ud800" <= c <= "\udfff" for c in text))


def _not_text(path: _Path) -> dict[str, str]:
    names: list[str] = []
    while path is not None:
        path, name = path
        names.insert(0, str(name))
    return detail(".".join(names) or "body", "invalid_text", "contains NUL or an unpaired surrogate")
