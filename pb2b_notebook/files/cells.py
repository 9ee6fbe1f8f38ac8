"""Write values as cells of text and read them back, for files that hold only text: exact, and unambiguous to people.

============  ==========================================================================
text          itself
integer       ``9007199254740993``
number        the shortest text that is that number: ``0.1``; ``inf`` and ``-inf``
boolean       ``true``, ``false``
datetime      ``2026-03-10T12:00:00.000Z``: UTC, six decimals if three are not exact
local         ``2026-03-10T12:00:00.000``: without a time zone
date          ``2026-03-10``
texts         ``a;b``, as the API's imports read it; a JSON array if that is ambiguous
json          JSON text
============  ==========================================================================
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Callable
from typing import Any, Final

from pb2b_notebook.openapi.import_cells import SEPARATOR

_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,19}(\.0*)?")
_NUMBER: Final = re.compile(r"[+-]?([0-9]{1,400}(\.[0-9]{0,1100})?|\.[0-9]{1,1100})([eE][+-]?[0-9]{1,4})?|-?inf")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TRUE: Final = frozenset(("true", "1", "yes", "wahr", "vrai", "verdadero", "vero", "waar", "prawda"))
_FALSE: Final = frozenset(("false", "0", "no", "falsch", "faux", "falso", "onwaar", "fałsz"))
"""Words for true and false: a spreadsheet writes those of its own language."""


def write_cell(value: Any, kind: str) -> str:
    """Return the text of a value that is not null.

    >>> write_cell(["a", "b"], "texts"), write_cell(["a;b"], "texts"), write_cell(True, "boolean")
    ('a;b', '["a;b"]', 'true')
    """
    return _WRITERS[kind](value)


def read_cell(text: str, kind: str) -> Any:
    """Return the value of a text; ``None`` for an empty one, except for kind "text", where it is the empty text.

    Raises:
        ValueError: The text is not a value of this kind.

    >>> read_cell("a;b", "texts"), read_cell("2026-03-10", "date"), read_cell("12.0", "integer")
    (['a', 'b'], datetime.date(2026, 3, 10), 12)
    """
    if kind == "text":
        return text
    stripped = text.strip()
    return _READERS[kind](stripped) if stripped else None


def _number(value: float) -> str:
    return repr(float(value))


def _instant(value: dt.datetime) -> str:
    text = value.isoformat(timespec="microseconds" if value.microsecond % 1000 else "milliseconds")
    return text.replace("+00:00", "Z")


def _texts(values: list[str | None]) -> str:
    joined = SEPARATOR.join(text or "" for text in values)
    plain = all(text and text == text.strip() and SEPARATOR not in text for text in values)
    if values and plain and not joined.startswith("["):
        return joined
    return json.dumps(list(values), ensure_ascii=False)


def _read_whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise ValueError("is not a whole number")
    whole = int(text.partition(".")[0])
    if not -(2**63) <= whole < 2**63:
        raise ValueError("is not a whole number of 64 bits")
    return whole


def _read_number(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise ValueError("is not a number")
    number = float(text)
    if math.isinf(number) and "inf" not in text:
        raise ValueError("is a number outside the range of a double")
    return number


def _read_boolean(text: str) -> bool:
    word = text.casefold()
    if word not in _TRUE and word not in _FALSE:
        raise ValueError("is neither true nor false")
    return word in _TRUE


def _read_datetime(text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
        if moment.utcoffset() is not None:
            return moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueError("is not a time with a time zone")


def _read_local(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    if moment.utcoffset() is not None:
        raise ValueError("is a time with a time zone")
    return moment


def _read_date(text: str) -> dt.date:
    if not _DATE.fullmatch(text):
        raise ValueError("is not a date")
    return dt.date.fromisoformat(text)


def _read_texts(text: str) -> list[str | None]:
    if text.startswith("["):
        try:
            values = json.loads(text)
        except (ValueError, RecursionError):
            values = None
        if not isinstance(values, list) or not all(item is None or isinstance(item, str) for item in values):
            raise ValueError("is not a list of text")
        return values
    return [part.strip() for part in text.split(SEPARATOR) if part.strip()]


def _read_json(text: str) -> str:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("is not JSON") from None
    return text


_WRITERS: Final[dict[str, Callable[[Any], str]]] = {
    "text": str,
    "integer": str,
    "number": _number,
    "boolean": lambda value: "true" if value else "false",
    "datetime": _instant,
    "local": _instant,
    "date": dt.date.isoformat,
    "texts": _texts,
    "json": str,
}
_READERS: Final[dict[str, Callable[[str], Any]]] = {
    "integer": _read_whole,
    "number": _read_number,
    "boolean": _read_boolean,
    "datetime": _read_datetime,
    "local": _read_local,
    "date": _read_date,
    "texts": _read_texts,
    "json": _read_json,
}
