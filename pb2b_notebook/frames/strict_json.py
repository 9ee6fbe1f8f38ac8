"""Read JSON strictly: nothing that RFC 8259 forbids, no duplicate keys, no silently rounded numbers.

This reader is slow. It also splits a document into its members with the text of each as received, so that a value that
fits no column can be kept.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any, Final, NamedTuple, NoReturn

from pb2b_notebook.errors import NotJSONError, ProtocolError
from pb2b_notebook.lazy import lazy_pattern

EXACT: Final = 2**53
"""Whole numbers up to this size are exact in a float."""

_SPACE: Final = lazy_pattern(r"[ \t\n\r]*")
_COLON: Final = lazy_pattern(r"[ \t\n\r]*:[ \t\n\r]*")
_END_OR_COMMA: Final = lazy_pattern(r"[ \t\n\r]*(?:(\})|,[ \t\n\r]*)")
_STRING_OR_SPACE: Final = lazy_pattern(r'("(?:[^"\\]|\\.)*")|[ \t\n\r]+')
_REPAIR: Final = "try again; if it persists, quote the request_id to support: the service sent broken JSON"


class UnrepresentableNumber:
    """Placeholder for a number that neither a Python int nor a float can represent; its text is kept separately."""

    __slots__ = ()


UNREPRESENTABLE: Final = UnrepresentableNumber()


class Member(NamedTuple):
    """One member of an object: its name, its value, and the text of the value as received."""

    name: str
    value: Any
    text: str


def members(record: bytes | bytearray | memoryview) -> list[Member]:
    """Split one JSON object into its members.

    Raises:
        NotJSONError: The document is broken JSON, has a key twice, NaN or Infinity, or is not UTF-8.
        ProtocolError: The document is not an object, or is nested too deeply for Python.

    >>> members(b'{"id": "lead_1", "score": 12.70}')
    [Member(name='id', value='lead_1', text='"lead_1"'), Member(name='score', value=12.7, text='12.70')]
    """
    text = _text(record)
    at = _begin(text, "{", "a listed element is not a JSON object")
    found, end = _object(text, at)
    _expect_end(text, end)
    return found


def join_members(texts: Mapping[str, str]) -> bytes:
    """Return the text of an object from the texts of its members; the reverse of :func:`members`.

    >>> join_members({"id": '"lead_1"', "score": "12.70"})
    b'{"id":"lead_1","score":12.70}'
    """
    return ("{" + ",".join(f"{json.dumps(name)}:{text}" for name, text in texts.items()) + "}").encode()


def elements(array: bytes | bytearray | memoryview) -> list[bytes]:
    r"""Split a JSON array into the exact bytes of its elements, for documents that ``msgspec`` refuses.

    ``msgspec`` is 50 times as fast, but refuses unpaired surrogates, which are valid JSON: call this only if it does.

    Raises:
        NotJSONError: The document is broken JSON, has a key twice, NaN or Infinity, or is not UTF-8.
        ProtocolError: The document is not an array, or is nested too deeply for Python.

    >>> elements(b'[{"a": "\\ud800"}, {}]')
    [b'{"a": "\\ud800"}', b'{}']
    """
    text = _text(array)
    at = _begin(text, "[", "the listing's data is not a JSON array")
    found: list[bytes] = []
    at = _skip(text, at + 1)
    if text[at : at + 1] == "]":
        _expect_end(text, at + 1)
        return found
    while True:
        start = _skip(text, at)
        _, end = _value(text, start)
        found.append(text[start:end].encode())
        at = _skip(text, end)
        if text[at : at + 1] == "]":
            _expect_end(text, at + 1)
            return found
        at = _expect(text, at, ",")


def too_deep() -> ProtocolError:
    """Return the error about a document that is nested too deeply for Python."""
    return ProtocolError("the response is nested too deeply to be read", repair=_REPAIR)


def children(value_text: str) -> list[Member]:
    """Return the members of an object from its text, which was already read once."""
    return _object(value_text, 0)[0]


def compact(text: str) -> str:
    """Return valid JSON without the white space between its tokens; every token stays as received.

    >>> compact('{ "a b": [1.0,  2] }')
    '{"a b":[1.0,2]}'
    """
    return _STRING_OR_SPACE.sub(r"\1", text)


def is_representable(value: Any) -> bool:
    """Return whether a value can be represented in UTF-8 text and Python numbers without loss.

    An unpaired surrogate has no UTF-8 form, and ``1e400`` is not a float.
    """
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, dict):
        return all(encodable(key) and is_representable(item) for key, item in value.items())
    if isinstance(value, list):
        return all(map(is_representable, value))
    return value is not UNREPRESENTABLE


def encodable(text: str) -> bool:
    """Return whether a text has a UTF-8 form, that is, no unpaired surrogate."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _text(data: bytes | bytearray | memoryview) -> str:
    try:
        return str(data, "utf-8")
    except UnicodeDecodeError:
        raise NotJSONError("the response is not UTF-8, so it is not JSON", repair=_REPAIR) from None


def _begin(text: str, token: str, message: str) -> int:
    """Return where the document begins, which must be with this token."""
    at = _skip(text, 0)
    if text[at : at + 1] != token:
        _, end = _value(text, at)  # whether it is JSON at all
        _expect_end(text, end)
        raise ProtocolError(message, repair=_REPAIR)
    return at


def _object(text: str, at: int) -> tuple[list[Member], int]:
    """Return the members of the object that begins at ``text[at] == "{"``, and where it ends."""
    found: list[Member] = []
    names: set[str] = set()
    at = _skip(text, at + 1)
    if text[at : at + 1] == "}":
        return found, at + 1
    while True:
        name, at = _name(text, at)
        if name in names:
            _refuse_duplicate_key()
        names.add(name)
        start = (_COLON.match(text, at) or _refuse_broken()).end()
        value, end = _value(text, start)
        found.append(Member(name, value, text[start:end]))
        after = _END_OR_COMMA.match(text, end) or _refuse_broken()
        at = after.end()
        if after[1]:
            return found, at


def _name(text: str, at: int) -> tuple[str, int]:
    opened = _expect(text, at, '"')
    try:
        name, end = scanstring(text, opened, True)
    except json.JSONDecodeError:
        _refuse_broken()
    return name, end


def _value(text: str, at: int) -> tuple[Any, int]:
    try:
        value, end = _SCAN(text, at)
    except (json.JSONDecodeError, StopIteration):
        _refuse_broken()
    except RecursionError:
        raise too_deep() from None
    return value, end


def _skip(text: str, at: int) -> int:
    matched = _SPACE.match(text, at)
    return matched.end() if matched else at


def _expect(text: str, at: int, token: str) -> int:
    if text[at : at + 1] != token:
        _refuse_broken()
    return at + 1


def _expect_end(text: str, at: int) -> None:
    if _skip(text, at) != len(text):
        _refuse_broken()


def _refuse_broken() -> NoReturn:
    # No position and no excerpt: the text around an error is personal data.
    raise NotJSONError("the response is broken JSON", repair=_REPAIR) from None


def _refuse_duplicate_key() -> NoReturn:
    raise NotJSONError("the response has a key twice in one object", repair=_REPAIR)


def _refuse_constant(_name: str) -> NoReturn:
    raise NotJSONError("the response has NaN or Infinity, which JSON does not allow", repair=_REPAIR)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    unique = dict(pairs)
    if len(unique) != len(pairs):
        _refuse_duplicate_key()
    return unique


def _integer(token: str) -> int | UnrepresentableNumber:
    try:
        return int(token)
    except ValueError:  # CPython and msgspec convert at most 4,300 digits
        return UNREPRESENTABLE


def _float(token: str) -> float | UnrepresentableNumber:
    number = float(token)
    return number if math.isfinite(number) else UNREPRESENTABLE


def decoder(*, wrap: Callable[[Any], Any] = lambda convert: convert) -> json.JSONDecoder:
    """Return a strict decoder; ``wrap`` may wrap the conversion of number tokens."""
    return json.JSONDecoder(
        object_pairs_hook=_unique, parse_constant=_refuse_constant, parse_int=wrap(_integer), parse_float=wrap(_float)
    )


_SCAN: Final = decoder().scan_once  # type: ignore[attr-defined]
