"""Cells convert exactly or not at all, by the rules of the service's imports."""

import datetime as dt
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from each_case import each_case
from pb2b_notebook.mapping.cells.conversion import convert
from pb2b_notebook.mapping.cells.converters import CONVERTERS, converter
from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.openapi.import_cells import is_blank, read_cell

TYPES = ("text", "number", "boolean", "date", "datetime", "select", "multi_select", "email", "phone", "url")
anything = st.one_of(
    st.none(), st.text(), st.integers(), st.floats(), st.booleans(), st.dates(), st.datetimes(), st.lists(st.text()),
    st.datetimes(timezones=st.timezones()), st.sampled_from(["1e5", "01", "-0", "2026-02-29", "24:00", "ja", "+1"]),
)  # fmt: skip


def field(kind, key="custom_one"):
    return LeadField(key, kind, builtin=False)


@given(cell=anything, kind=st.sampled_from(TYPES))
def test_any_cell_is_a_value_of_the_type_or_a_value_error(cell, kind):
    types = {
        "number": (int, float), "boolean": bool, "date": dt.date, "datetime": dt.datetime, "multi_select": list,
    }.get(kind, str)  # fmt: skip
    try:
        value = convert(cell, field(kind))
    except ValueError as problem:
        assert str(problem).startswith("needs ")  # noqa: PT017 - either way is right
        return
    assert value is None or isinstance(value, types)
    if isinstance(value, dt.datetime):
        assert value.tzinfo is dt.UTC
    if isinstance(value, float):
        assert math.isfinite(value)


@given(number=st.one_of(st.integers(-(2**63) + 1, 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False)))
def test_numbers_come_back_exactly(number):
    assert convert(repr(number), field("number")) == number
    assert convert(number, field("number")) == number


@given(day=st.dates(), moment=st.datetimes(timezones=st.just(dt.UTC)))
def test_dates_and_times_come_back_exactly(day, moment):
    assert convert(day.isoformat(), field("date")) == day
    assert convert(moment.isoformat(), field("datetime")) == moment


@given(
    cell=st.one_of(st.text(max_size=20), st.integers(-(2**62), 2**62), st.booleans()),
    kind=st.sampled_from(["number", "boolean", "multi_select"]),
)
def test_cells_are_read_as_the_service_reads_them(cell, kind):
    if is_blank(cell) or (isinstance(cell, str) and cell.strip().startswith("[") and cell.strip().endswith("]")):
        return  # a printed list is read as a list here, and as one item there
    try:
        theirs = read_cell(cell, kind)
    except ValueError:
        return
    if isinstance(theirs, list | bool | int | float) and not (kind == "number" and isinstance(theirs, bool)):
        try:
            ours = convert(cell, field(kind))
        except ValueError:
            assert (kind == "number" and abs(theirs) >= 2**63) or (kind == "multi_select" and not isinstance(cell, str))
        else:
            assert ours == theirs or (kind == "multi_select" and not isinstance(cell, str))


@each_case(
    ("name", "cell", "kind", "value"),
    [
        ("decimal_comma", "1.234.567,8", "number", 1234567.8),
        ("decimal_comma", "1 234,5", "number", 1234.5),
        ("decimal_comma", "1\u202f234,5", "number", 1234.5),
        ("decimal_comma", "-7", "number", -7),
        ("decimal_comma", 7.5, "number", 7.5),
        ("decimal_point", "1,234,567.8", "number", 1234567.8),
        ("decimal_point", "1’234.5", "number", 1234.5),
        ("day_first", "1.2.2026", "date", dt.date(2026, 2, 1)),
        ("day_first", "31/12/2026", "date", dt.date(2026, 12, 31)),
        ("month_first", "2/1/2026", "date", dt.date(2026, 2, 1)),
        ("day_first:Europe/Berlin", "1.7.2026 14:05:06", "datetime", dt.datetime(2026, 7, 1, 12, 5, 6, tzinfo=dt.UTC)),
        ("day_first:UTC", "2026-03-01T12:30:00.000", "datetime", dt.datetime(2026, 3, 1, 12, 30, tzinfo=dt.UTC)),
        ("zone:Asia/Tokyo", "2026-03-10 09:00", "datetime", dt.datetime(2026, 3, 10, tzinfo=dt.UTC)),
        ("zone:Asia/Tokyo", dt.datetime(2026, 3, 10, 9), "datetime", dt.datetime(2026, 3, 10, tzinfo=dt.UTC)),  # noqa: DTZ001
        ("zone:Asia/Tokyo", dt.date(2026, 3, 10), "datetime", dt.datetime(2026, 3, 9, 15, tzinfo=dt.UTC)),
        ("zone:Asia/Tokyo", "2026-03-10T09:00Z", "datetime", dt.datetime(2026, 3, 10, 9, tzinfo=dt.UTC)),
        ("day_first", "31.12.26", "date", dt.date(2026, 12, 31)),
        ("month_first", "12/31/99", "date", dt.date(1999, 12, 31)),
        ("split:,", "a, b,,c ", "multi_select", ["a", "b", "c"]),
        ("country", "Republic of Ireland", "text", "IE"),
        ("https", "example.com", "url", "https://example.com"),
        ("https", "http://example.com", "url", "http://example.com"),
        ("https", "www.müller.de:8080/a?b#c", "url", "https://www.müller.de:8080/a?b#c"),
        ("https", " пример.рф ", "url", "https://пример.рф"),
        ("host", "https://www.Example.com:8080/a?b#c", "text", "example.com"),
        ("host", "ada@example.co.uk", "text", "example.co.uk"),
        ("lower", "ADA@EXAMPLE.COM", "email", "ada@example.com"),
        ("upper", "de", "text", "DE"),
    ],
)
def test_converters_read_their_notation(name, cell, kind, value):
    assert convert(converter(name)(cell, field(kind)), field(kind)) == value


@each_case(
    ("name", "cell", "kind"),
    [
        ("decimal_comma", "1,234.5", "number"),
        ("decimal_comma", "12.34", "number"),
        ("decimal_point", "1.234,5", "number"),
        ("day_first", "31.2.2026", "date"),
        ("day_first", "1.2.45", "date"),  # 1945 or 2045
        ("day_first", "1.2.126", "date"),
        ("day_first", "1.2.2026 12:00", "date"),
        ("day_first", "1.2.2026 12:00", "datetime"),
        ("day_first:Europe/Berlin", "1.2.2026 25:00", "datetime"),
        ("zone:Asia/Tokyo", "soon", "datetime"),
        ("country", "Ruritania", "text"),
        ("host", "no host here", "text"),
        ("https", "N/A", "url"),
        ("https", "yes", "url"),
        ("https", "4.5", "url"),
        ("host", "localhost", "text"),
    ],
)
def test_a_cell_that_a_converter_cannot_read_is_refused(name, cell, kind):
    with pytest.raises(ValueError, match="needs "):
        convert(converter(name)(cell, field(kind)), field(kind))


def test_a_year_of_two_digits_is_read_where_its_century_is_sure():
    years = {text: converter("day_first")(f"1.2.{text}", field("date")).year for text in ("00", "29", "69", "99")}
    assert years == {"00": 2000, "29": 2029, "69": 1969, "99": 1999}
    with pytest.raises(ValueError, match="needs a year of four digits"):
        converter("day_first")("1.2.05", LeadField("geburtsdatum", "date", builtin=False))
    with pytest.raises(ValueError, match="needs a year of four digits"):
        converter("day_first")("1.2.05", LeadField("birth_date", "date", builtin=False, label="Cumpleaños"))


@given(
    name=st.sampled_from([f"{n}{a}" for n in CONVERTERS for a in ("", ":Europe/Berlin", ":,")]),
    cell=anything,
    kind=st.sampled_from(TYPES),
)
def test_converters_raise_only_value_errors(name, cell, kind):
    from pb2b_notebook.errors import MappingError

    try:
        read = converter(name)
    except MappingError:
        return
    options = LeadField("one", kind, options=("A", "b"), builtin=False)
    try:
        convert(read(cell, options), options)
    except ValueError as problem:
        assert str(problem).startswith("needs ")  # noqa: PT017


def test_a_select_of_nothing_but_white_space_is_blank():
    """The separators of ASCII are white space to Python and not to an import: they reach the converter."""
    assert converter("option")("\x1c", LeadField("tier", "select", options=("A", "B"))) is None


@given(items=st.lists(st.text(max_size=5).map(str.strip).filter(bool), max_size=4))
def test_a_list_that_to_csv_printed_is_a_list_again(items):
    assert convert(str(items), field("multi_select")) == items
    assert convert(json.dumps(items), field("multi_select")) == items


@each_case("cell", ["['vip' 'eu']", "['vip', eu]", r"['\x']", '["a"; "b"]'])
def test_a_printed_list_whose_items_are_unclear_is_not_guessed(cell):
    with pytest.raises(ValueError, match="not a printed list"):
        convert(cell, field("multi_select"))


def test_an_item_in_brackets_is_an_item():
    assert convert("[vip]; [eu]", field("multi_select")) == ["[vip]", "[eu]"]


@each_case(
    ("yes", "no"),
    [("kyllä", "ei"), ("ano", "ne"), ("igen", "nem"), ("Ja", "Nej"), ("ναι", "όχι"), ("예", "아니요"),
     ("VERO", "FALSO"), ("ИСТИНА", "ЛОЖЬ"), ("TOSI", "EPÄTOSI")],
)  # fmt: skip
def test_yes_and_no_are_read_in_more_languages(yes, no):
    assert [convert(cell, field("boolean")) for cell in (yes, no)] == [True, False]


@pytest.mark.parametrize("name", ["day_first", "month_first"])
def test_a_date_with_the_year_first_is_read_with_any_mark(name: str) -> None:
    read, field = converter(name), LeadField("renewal", "date", builtin=False)
    for text in ("2026-09-01", "2026/09/01", "2026.09.01", "2026/9/1"):
        assert convert(read(text, field), field) == dt.date(2026, 9, 1)
    for text in ("2026/09-01", "2026/13/01", "26/2026/01"):
        with pytest.raises(ValueError, match="needs a date"):
            read(text, field)
