"""Convert one cell to a value of a lead field: exactly, or not at all.

A cell is converted only if it is unambiguous, because a wrong guess at a date or at a decimal comma would go unnoticed.
The :mod:`converters <.converters>` read other notations. Accepted are the notations that the API's imports accept, and
a few that cannot be misread, such as "ja" for true.
"""

from __future__ import annotations

import ast
import datetime as dt
import json
import math
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from pb2b_notebook.frames.strict_json import EXACT
from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.openapi.import_cells import SEPARATOR, is_blank

YES: Final = frozenset({
    "true", "yes", "1", "ja", "jah", "jā", "oui", "si", "sí", "sì", "sim", "tak", "ano", "áno", "igen", "da", "kyllä",
    "taip", "evet", "ya", "да", "так", "ναι", "כן", "نعم", "はい", "是", "예", "네",
    # What spreadsheets write for a truth value
    "wahr", "vrai", "vero", "verdadero", "verdadeiro", "waar", "sant", "sand", "prawda", "pravda", "igaz", "tosi",
    "adevărat", "doğru", "истина",
})  # fmt: skip
NO: Final = frozenset({
    "false", "no", "0", "nein", "non", "não", "nao", "nie", "nee", "nej", "nei", "ne", "nē", "nem", "nu", "ei", "hayır",
    "tidak", "нет", "не", "ні", "όχι", "לא", "لا", "いいえ", "否", "아니요", "아니오",
    "falsch", "faux", "falso", "onwaar", "falskt", "falsk", "fałsz", "nepravda", "hamis", "epätosi", "fals", "yanlış",
    "ложь",
})  # fmt: skip

_LARGEST: Final = 2**63 - 1
_NUMBER: Final = re.compile(r"-?[0-9]{1,300}(\.[0-9]{1,300})?([eE][-+]?[0-9]{1,3})?")
_WHOLE: Final = re.compile(r"-?[0-9]{1,19}")
_WHOLE_TEXT: Final = re.compile(r"-?[0-9]{1,19}(\.0{1,2})?")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
PHONE: Final = re.compile(r"[+0-9][0-9 ()./x-]{3,63}")
_ITEM: Final = r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_PRINTED_LIST: Final = re.compile(rf"\[(?:{_ITEM}(?:, ?{_ITEM})*)?\]", re.DOTALL)
URL: Final = re.compile(r"https?://[^\s]+")


def convert(cell: Any, field: LeadField) -> Any:
    """Convert a cell to a value of a field; ``None`` for a blank cell.

    Args:
        cell: Content of a cell of a frame or a file: text, a number, a date …
        field: Lead field that the value is for.

    Returns:
        ``str``, ``int``, ``float``, ``bool``, ``datetime.date``, an aware ``datetime`` in UTC, or a list of ``str``.

    Raises:
        ValueError: The cell does not convert; the message says what is needed and never repeats the cell.

    >>> from pb2b_notebook.mapping.lead_fields import LeadField
    >>> convert(" 12 ", LeadField("score", "number")), convert(4930901820, LeadField("phone", "phone"))
    (12, '4930901820')
    >>> convert("12,5", LeadField("budget", "number", builtin=False))
    Traceback (most recent call last):
    ValueError: needs a number, such as 1200.5
    """
    if is_blank(cell):
        return None
    read: Callable[[Any], Any] = _BY_TYPE.get(field.type, _text)
    value = _whole(cell) if field.kind == "integer" else read(cell)
    if field.options:
        _check_options(value, field.options)
    return value


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        raise ValueError("needs text")  # noqa: TRY004 - one error for all
    # Files store record ids and phones as numbers, which pandas makes floats if one is missing: keep the digits.
    if isinstance(cell, int) or (isinstance(cell, float) and cell.is_integer() and abs(cell) <= EXACT):
        return str(int(cell))
    if isinstance(cell, float) and math.isfinite(cell):
        return repr(cell)
    if isinstance(cell, dt.date):
        return cell.isoformat()
    raise ValueError("needs text")


def _number(cell: Any) -> int | float:
    if isinstance(cell, str):
        text = cell.strip()
        if not _NUMBER.fullmatch(text):
            raise ValueError("needs a number, such as 1200.5")
        cell = int(text) if _WHOLE.fullmatch(text) else float(text)
    if isinstance(cell, bool) or not hasattr(cell, "__float__"):
        raise ValueError("needs a number, such as 1200.5")
    if hasattr(cell, "__index__"):
        whole = int(cell)
        if abs(whole) > _LARGEST:
            raise ValueError("needs a number of at most 63 bits")
        return whole
    try:
        number = float(cell)
    except TypeError:  # a datetime64 of NumPy has __float__, and refuses
        raise ValueError("needs a number, such as 1200.5") from None
    if not math.isfinite(number):
        raise ValueError("needs a number that is not too large")
    return number


def _whole(cell: Any) -> int:
    # In text, "1.000" is a thousand to some people and one to others: at most two zeros may follow the point.
    if isinstance(cell, str) and not _WHOLE_TEXT.fullmatch(cell.strip()):
        raise ValueError("needs a whole number, such as 1200")
    value = _number(cell)
    if isinstance(value, float) and not (value.is_integer() and abs(value) <= EXACT):
        raise ValueError("needs a whole number, such as 1200")
    return int(value)


def _boolean(cell: Any) -> bool:
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, int | float) and cell in {0, 1}:
        return bool(cell)
    word = str(cell).strip().casefold()
    if word in YES or word in NO:
        return word in YES
    raise ValueError("needs true or false, yes or no, 1 or 0")


def _date(cell: Any) -> dt.date:
    if isinstance(cell, dt.datetime):
        if cell.time() != dt.time():
            raise ValueError("needs a date without a time of day: take the date of its time zone, as .dt.date does")
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    text = cell.strip() if isinstance(cell, str) else ""
    if not _DATE.fullmatch(text):
        raise ValueError("needs a date, such as 2026-03-10")
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ValueError("needs a date that exists") from None


def _datetime(cell: Any) -> dt.datetime:
    instant = cell
    if isinstance(cell, str):
        try:
            instant = dt.datetime.fromisoformat(cell.strip().upper())
        except ValueError:
            instant = None
    if not isinstance(instant, dt.datetime) or instant.utcoffset() is None:
        raise ValueError(
            "needs a time with a zone, such as 2026-03-10T12:00:00Z"
            + ("; the converter zone:Europe/Berlin reads local times" if isinstance(instant, dt.datetime) else "")
        )
    try:
        utc = instant.astimezone(dt.UTC)
    except OverflowError:
        raise ValueError("needs a time within the years 1 to 9999") from None
    # pandas has its own datetime type; both libraries give the same result.
    return dt.datetime.combine(utc.date(), utc.time(), dt.UTC)


def _list_of_text(cell: Any) -> list[str]:
    parts = _items_of(cell) if isinstance(cell, str) else cell
    if not isinstance(parts, list | tuple):
        parts = [_text(parts)]
    if not all(isinstance(part, str) for part in parts):
        raise ValueError("needs a list of text")
    return [part.strip() for part in parts if part.strip()]


def _items_of(text: str) -> list[str]:
    """Return the items of a cell. ``to_csv()`` prints a list as ``['vip', 'eu']``: no item is called that."""
    text = text.strip()
    if not (text == "[]" or (text.startswith(("['", '["')) and text.endswith("]"))):
        return text.split(SEPARATOR)
    # NumPy prints no commas, which Python would read as one item.
    if _PRINTED_LIST.fullmatch(text):
        for read in (json.loads, ast.literal_eval):
            with suppress(SyntaxError, ValueError):
                return list(read(text))
    raise ValueError(f"needs text with {SEPARATOR!r} between its items, not a printed list")


def _matching(form: re.Pattern[str], what: str) -> Callable[[Any], str]:
    def check(cell: Any) -> str:
        text = _text(cell).strip()
        if not form.fullmatch(text):
            raise ValueError(f"needs {what}")
        return text

    return check


def _strip(cell: Any) -> str:
    return _text(cell).strip()


def _check_options(value: Any, options: tuple[str, ...]) -> None:
    chosen = value if isinstance(value, list) else [value]
    if not set(chosen) <= set(options):
        raise ValueError(f"needs one of the {len(options)} options of the field")


_BY_TYPE: Final[dict[str, Callable[[Any], Any]]] = {
    "text": _text,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "select": _strip,
    "multi_select": _list_of_text,
    "email": _matching(EMAIL, "an email address, such as ada@example.com"),
    "phone": _matching(PHONE, "a phone number, such as +49 30 901820"),
    "url": _matching(URL, "an http or https URL, such as https://example.com"),
}
