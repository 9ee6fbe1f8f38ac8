"""Converters: read cells that are not written as a lead field needs them; chosen by name for a column.

A converter is a name, with an argument after a colon where it takes one: ``"day_first"``, ``"zone:Europe/Berlin"``. A
mapping therefore stays a value that can be written as JSON, and runs no code of its author.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pb2b_notebook.errors import MappingError, nearest
from pb2b_notebook.mapping.cells.birth_dates import is_about_birth
from pb2b_notebook.mapping.cells.countries import country_code, vehicle_country_code
from pb2b_notebook.mapping.cells.currencies import without_currency
from pb2b_notebook.mapping.lead_fields import LeadField

Convert = Callable[[Any, "LeadField"], Any]

_DAY_FIRST: Final = re.compile(r"(?P<day>[0-9]{1,2})[./-](?P<month>[0-9]{1,2})[./-](?P<year>[0-9]{4}|[0-9]{2})")
_MONTH_FIRST: Final = re.compile(r"(?P<month>[0-9]{1,2})[./-](?P<day>[0-9]{1,2})[./-](?P<year>[0-9]{4}|[0-9]{2})")
_YEAR_FIRST: Final = re.compile(
    r"(?=[0-9]+([./-])[0-9]+\1)(?P<year>[0-9]{4})[./-](?P<month>[0-9]{1,2})[./-](?P<day>[0-9]{1,2})"
)
_ISO_TIME: Final = re.compile(r"^([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:\.0+)?$")
_THIS_CENTURY: Final = 29
_LAST_CENTURY: Final = 69
"""Spreadsheets and POSIX agree on years of two digits up to 29, which are in this century, and from 69."""
_WHOLE_YEAR: Final = 4
_SERIAL: Final = re.compile(r"[1-7][0-9]{4}(\.0+)?")
"""Serial numbers of days as spreadsheets keep dates: 1927 to 2119; a year or a short number is not one of them."""
_EPOCHS: Final = {"": dt.date(1899, 12, 30), "1904": dt.date(1904, 1, 1)}
_CLOCK: Final = re.compile(r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(:(?P<second>[0-9]{2}))?")
_COMMA: Final = re.compile(r"-?([0-9]{1,3}([.\u00a0\u202f '’][0-9]{3})+|[0-9]+)(,[0-9]+)?")
_POINT: Final = re.compile(r"-?([0-9]{1,3}([,\u00a0\u202f '’][0-9]{3})+|[0-9]+)(\.[0-9]+)?")
_GROUPING: Final = re.compile(r"[\u00a0\u202f '’]")
_HOST: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+")
_WEB: Final = re.compile(r"[^\s/?#]*[^\W_]\.[^\W\d_][\w-]*[^\W_]\.?(:[0-9]{1,5})?([/?#]\S*)?")
"""A web address without its scheme, in any script: not "yes" and not "N/A"."""


@dataclass(frozen=True, slots=True)
class Converter:
    """A converter that can be chosen.

    Attributes:
        name: Part of its name before the colon.
        what: Short description for people.
        types: Types of the lead fields that it is for.
        make: Function that returns the conversion for an argument, "" for none; raises ``ValueError`` for a bad one.
    """

    name: str
    what: str
    types: tuple[str, ...]
    make: Callable[[str], Convert]


def converter(name: str) -> Convert:
    """Return the function of a converter: it takes a cell and its field, and returns a cell that the field reads.

    Raises:
        MappingError: The converter is unknown, or its argument is invalid.

    >>> from pb2b_notebook.mapping.lead_fields import LeadField
    >>> converter("decimal_comma")("1.200,50", LeadField("budget", "number"))
    '1200.50'
    """
    kind, _, argument = name.partition(":")
    if kind not in CONVERTERS:
        raise MappingError(f"unknown converter {kind[:40]!r}", repair=nearest(kind[:40], CONVERTERS))
    try:
        return CONVERTERS[kind].make(argument)
    except ValueError as problem:
        raise MappingError(f"the converter {kind!r} {problem}", repair=f"it {CONVERTERS[kind].what}") from None


def fits(name: str, field: LeadField) -> bool:
    """Return whether a converter is for fields of this type.

    >>> from pb2b_notebook.mapping.lead_fields import LeadField
    >>> fits("day_first", LeadField("renewal", "date")), fits("day_first", LeadField("email", "email"))
    (True, False)
    """
    return field.type in CONVERTERS[name.partition(":")[0]].types


def _bare(convert: Convert) -> Callable[[str], Convert]:
    """Return the ``make`` function of a converter that takes no argument."""

    def make(argument: str) -> Convert:
        if argument:
            raise ValueError("takes nothing after a colon")
        return convert

    return make


def _on_text(convert: Callable[[str, LeadField], Any]) -> Convert:
    """Convert text only; a cell of another type is already unambiguous."""
    return lambda cell, field: convert(cell.strip(), field) if isinstance(cell, str) else cell


def _comma(text: str, field: LeadField) -> str:
    text = without_currency(text, field)
    if not _COMMA.fullmatch(text):
        raise ValueError("needs a number with a decimal comma, such as 1.200,50")
    return _GROUPING.sub("", text).replace(".", "").replace(",", ".")


def _point(text: str, field: LeadField) -> str:
    text = without_currency(text, field)
    if not _POINT.fullmatch(text):
        raise ValueError("needs a number with a decimal point, such as 1,200.50")
    return _GROUPING.sub("", text).replace(",", "")


def _date_reader(form: re.Pattern[str], what: str) -> Callable[[str], Convert]:
    def make(argument: str) -> Convert:
        zone = _zone_of(argument) if argument else None

        def read(text: str, field: LeadField) -> Any:
            # The text that a date cell of a workbook becomes beside text has a T.
            day, _, clock = _ISO_TIME.sub(r"\1 \2", text).replace(",", " ").partition(" ")
            # A date with the year first has only one reading, whatever the others of the column are.
            found, time = form.fullmatch(day) or _YEAR_FIRST.fullmatch(day), _CLOCK.fullmatch(clock.strip() or "00:00")
            if not found or not time:
                raise ValueError(f"needs {what}")
            if field.type == "date" and clock.strip():
                raise ValueError("needs a date without a time of day")
            parts = {name: int(value) for name, value in (found.groupdict() | time.groupdict(default="0")).items()}
            if len(found["year"]) < _WHOLE_YEAR:
                parts["year"] = _whole_year(parts["year"], field)
            try:
                moment = dt.datetime(**parts, tzinfo=zone)
            except ValueError:
                raise ValueError("needs a date that exists") from None
            return moment.date() if field.type == "date" else moment

        def read_cell(cell: Any, field: LeadField) -> Any:
            # A spreadsheet keeps the dates that it recognized as numbers, and leaves the others of a column as text.
            cell = _day_of(cell, "") if field.type == "date" else cell
            return read(cell.strip(), field) if isinstance(cell, str) else cell

        return read_cell

    return make


def _whole_year(year: int, field: LeadField) -> int:
    """Return a year of two digits with its century; a person may be born in either."""
    if any(map(is_about_birth, (field.key, field.label or ""))) or _THIS_CENTURY < year < _LAST_CENTURY:
        raise ValueError("needs a year of four digits")
    return year + (2000 if year <= _THIS_CENTURY else 1900)


def _serial_reader(argument: str) -> Convert:
    if argument not in _EPOCHS:
        raise ValueError("takes nothing or 1904 after a colon")
    return lambda cell, _field: _day_of(cell, argument)


def _day_of(cell: Any, epoch: str) -> Any:
    """Return the date of a spreadsheet's serial number; every other cell unchanged."""
    is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
    text = str(cell).strip() if is_number or isinstance(cell, str) else ""
    return _EPOCHS[epoch] + dt.timedelta(days=int(float(text))) if _SERIAL.fullmatch(text) else cell


def _zone_reader(argument: str) -> Convert:
    zone = _zone_of(argument)

    def read(cell: Any, _field: LeadField) -> Any:
        moment = cell
        if isinstance(cell, str):
            try:
                moment = dt.datetime.fromisoformat(cell.strip().upper())
            except ValueError:
                raise ValueError("needs a date or a time, such as 2026-03-10 12:00") from None
        elif isinstance(cell, dt.date) and not isinstance(cell, dt.datetime):
            moment = dt.datetime.combine(cell, dt.time())
        if isinstance(moment, dt.datetime) and moment.utcoffset() is None:
            return moment.replace(tzinfo=zone)
        return moment

    return read


def _zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("needs a time zone after the colon, such as Europe/Berlin") from None


def _splitter(separator: str) -> Convert:
    if not separator:
        raise ValueError("needs what to split at after the colon, such as split:,")
    return _on_text(lambda text, _field: [part.strip() for part in text.split(separator) if part.strip()])


def _country_reader(argument: str) -> Convert:
    if argument not in {"", "vehicle"}:
        raise ValueError("takes nothing or vehicle after a colon")
    code_of = vehicle_country_code if argument else country_code

    def read(text: str, _field: LeadField) -> str:
        code = code_of(text)
        if code is None:
            raise ValueError("needs a country's name or two-letter code")
        return code

    return _on_text(read)


def _option(text: str, field: LeadField) -> Any:
    by_folded = {option.casefold(): option for option in field.options}
    parts = text.split(";") if field.type == "multi_select" else [text]
    chosen = [by_folded.get(part.strip().casefold(), part.strip()) for part in parts if part.strip()]
    if field.type == "multi_select":
        return chosen
    return chosen[0] if chosen else None  # only white space: blank


def _https(text: str, _field: LeadField) -> str:
    if "://" in text:
        return text
    if not _WEB.fullmatch(text.strip()):
        raise ValueError("needs a web address, such as example.com or https://example.com")
    return f"https://{text.strip()}"


def _host(text: str, _field: LeadField) -> str:
    rest = text.casefold().partition("://")[2] or text.casefold()
    name = re.split(r"[/?#:]", rest.rpartition("@")[2])[0].removeprefix("www.").rstrip(".")
    if not _HOST.fullmatch(name):
        raise ValueError("needs a host name, or an address that has one, such as example.com")
    return name


_TEXTS: Final = ("text", "select", "email", "phone", "url")
_ALL: Final = (
    Converter("decimal_comma", "reads 1.200,50 as 1200.5", ("number",), _bare(_on_text(_comma))),
    Converter("decimal_point", "reads 1,200.50 as 1200.5", ("number",), _bare(_on_text(_point))),
    Converter(
        "day_first",
        "reads 31.12.2026 and 31.12.26; with a time zone after a colon also 31.12.2026 14:00",
        ("date", "datetime"),
        _date_reader(_DAY_FIRST, "a date with the day first, such as 31.12.2026, or with the year first"),
    ),
    Converter(
        "month_first",
        "reads 12/31/2026 and 12/31/26; with a time zone after a colon also 12/31/2026 14:00",
        ("date", "datetime"),
        _date_reader(_MONTH_FIRST, "a date with the month first, such as 12/31/2026, or with the year first"),
    ),
    Converter(
        "excel_serial",
        "reads 46085 as 2026-03-04, as spreadsheets number days; with 1904 after a colon as old Mac workbooks do",
        ("date",),
        _serial_reader,
    ),
    Converter("zone", "reads times without a zone in the zone after the colon", ("datetime",), _zone_reader),
    Converter("split", "splits text at the separator after the colon", ("multi_select",), _splitter),
    Converter(
        "country",
        "reads names of countries, and codes in any case; with vehicle after a colon also D, F and A, as on vehicles",
        ("text",),
        _country_reader,
    ),
    Converter("option", "matches an option in any case", ("select", "multi_select"), _bare(_on_text(_option))),
    Converter("https", "adds https:// where it is missing", ("url",), _bare(_on_text(_https))),
    Converter("host", "extracts the host name of a URL or an email address", ("text",), _bare(_on_text(_host))),
    Converter("lower", "converts to lower case", _TEXTS, _bare(_on_text(lambda text, _: text.lower()))),
    Converter("upper", "converts to upper case", _TEXTS, _bare(_on_text(lambda text, _: text.upper()))),
)
CONVERTERS: Final[dict[str, Converter]] = {each.name: each for each in _ALL}
"""All converters by name."""


def describe_converters(names: Iterable[str] = ()) -> dict[str, str]:
    """Return what each converter does, by name; by default of all converters.

    >>> describe_converters(["option"])
    {'option': 'matches an option in any case'}
    """
    return {name: CONVERTERS[name].what for name in names or CONVERTERS}


described = describe_converters
"""The former name of :func:`describe_converters`."""
