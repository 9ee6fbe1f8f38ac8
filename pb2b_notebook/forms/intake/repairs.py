"""Cells to repair: each value that does not fit once, with the number of its rows and a suggestion. Pure."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from collections.abc import Mapping as AnyMapping
from typing import Any, Final

from pb2b_notebook.cleanup.values.dates import clear_date
from pb2b_notebook.cleanup.values.email_checks import syntax_problem
from pb2b_notebook.cleanup.values.phones import read_phone
from pb2b_notebook.errors import InvalidParameterError, MappingError
from pb2b_notebook.forms.imports.mapping_editor import READINGS, in_words
from pb2b_notebook.forms.intake.people import describe_people
from pb2b_notebook.forms.paging import searchable
from pb2b_notebook.intake import Intake
from pb2b_notebook.intake.cells import convert_cells
from pb2b_notebook.intake.cells_with_several import REASON as ANOTHER_OF_CELL
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mapping import Mapping
from pb2b_notebook.mapping.application import as_json
from pb2b_notebook.mapping.cells.converters import converter
from pb2b_notebook.mapping.cells.converters import fits as reading_fits
from pb2b_notebook.mapping.cells.countries import nearest_country_code, vehicle_country_code
from pb2b_notebook.mapping.cells.value_maps import cell_key
from pb2b_notebook.mapping.columns import values_of
from pb2b_notebook.mapping.lead_fields import LeadField, read_fields

LEAVE: Final = object()
"""Stands for "no repair": the cells stay blank, and their rows are kept."""
_YES: Final = frozenset({"x", "✓", "✔", "☑", "ja", "yes", "y", "j", "oui", "si", "sí", "true", "wahr", "on", "1"})
_NO: Final = frozenset({"-", "–", "o", "nein", "no", "n", "non", "false", "falsch", "off", "0"})
_NUMBER: Final = re.compile(r"(?<![\w.,])\d{1,12}(?![\w.,]*\d|[^\W\d_])")
_BESIDE_NUMBERS: Final = frozenset({
    "ca", "circa", "approx", "approximately", "about", "around", "roughly", "etwa", "rund", "ungefähr", "environ",
    "env", "aprox", "aproximadamente", "unos", "unas", "cerca", "około", "ok", "yaklaşık", "около", "примерно", "~",
    "≈", "mitarbeiter", "mitarbeitende", "mitarbeiterinnen", "ma", "beschäftigte", "personen", "employees", "employee",
    "staff", "people", "persons", "heads", "headcount", "fte", "ftes", "salariés", "employés", "personnes",
    "empleados", "personas", "dipendenti", "addetti", "persone", "funcionários", "colaboradores", "pessoas",
    "medewerkers", "osób", "pracowników", "anställda", "ansatte", "työntekijää", "çalışan", "сотрудников", "чел",
    "человек", "名", "人", "명", "pts", "points", "punkte", "point", "punkt",
})  # fmt: skip
"""Words and signs that leave a number as it is. Any other may be a unit, a bound, another currency or a year."""
_CURRENCIES: Final = {
    "eur": "eur",
    "euro": "eur",
    "euros": "eur",
    "€": "eur",
    "usd": "usd",
    "$": "usd",
    "gbp": "gbp",
    "£": "gbp",
}
"""A currency beside an amount, if the field names it, too."""
_LETTER: Final = re.compile(r"[^\W\d_]")
_GROUPED: Final = re.compile(r"\d{1,3}(?:[.,'’\xa0\u202f ]\d{3})+")
"""A number whose thousands are grouped; as a whole number it has one reading."""
_PERHAPS_ONE: Final = re.compile(r"\d{1,3}[.,]000")
"""A thousand to some people, and one with three decimals to others."""
_AMOUNT: Final = re.compile(r"\d[\d.,'’\xa0\u202f ]*\d")
_AMOUNT_CONVERTERS: Final = ("decimal_comma", "decimal_point")
_DATE_CONVERTERS: Final = ("day_first", "month_first", "excel_serial")
_NO_CENTS: Final = re.compile(r"(?<=\d)([.,]) ?[-–—]{1,2}(?!\d)")
"""A stroke for the cents of a whole amount: 750,-"""
_YEAR_FIRST: Final = re.compile(r"[0-9]{4}[^0-9]")
_CODE_TWICE: Final = re.compile(r"\+ ?(\d{1,3})[ ./-]*(?:\+ ?|00)\1(.+)")
"""A phone number whose country code was added to one that had it."""
_REPLACED: Final = "replaced in all rows, as the box says; an empty box leaves the cells out"
_SEVERAL: Final = "has several: the first one is used, unless you type another one"
_MISTAKE: Final = "probably a mistake"
_FIRST_USED: Final = "has several: the first one is used"
_IN_FILE: Final = "to change it, correct the file and choose it again, since this is not the column of"
USED_UNTYPED: Final = {_SEVERAL: "the first one", _MISTAKE: "send it as it is"}
"""Reasons of values that are used, and not left out, if nothing is typed → what is used."""
_EXAMPLES: Final = 2
_EXAMPLES_OF_TYPES: Final = {
    "date": "a date such as 2027-06-30",
    "datetime": "a time such as 2027-06-30T09:00:00Z",
    "number": "a number such as 1250",
}
_MANY: Final = 10
"""Values of a column from which on another way of reading is less work than to type what each stands for."""
_TRIED: Final = 300
_ALIKE: Final = 0.85
"""Least similarity of a word and the option that is suggested for it, as ``difflib`` measures it."""
_MOST_PEOPLE: Final = 3
"""Rows of a value that are named; of more, one fewer and the number of the others."""
_SCHEMA: Final = {
    "column": "String", "field": "String", "value": "String", "rows": "Int64", "reason": "String",
    "suggestion": "String", "done": "Boolean", "typed": "Boolean", "whose": "String",
}  # fmt: skip


def cells_to_repair(intake: Intake) -> pl.DataFrame:
    """Return one row for each value of a column that does not fit, or is probably wrong, the most frequent first.

    Values that are replaced already follow, so that a repair can be looked at and changed.

    Columns: ``column``, ``field`` (label), ``value``, ``rows`` (number), ``reason``, ``suggestion`` (as
    :func:`read_value` reads it; null if there is none), ``done`` (whether it is replaced), ``typed`` (whether a value
    may be typed for it), ``whose`` (line and name of its first rows, one a line) and ``text``, which is searched.
    """
    fields = {field.column: field for field in read_fields(intake.lead_fields).values()}
    found: dict[tuple[str, str], list[Any]] = {}
    shown: dict[tuple[str, str], str] = {}
    # Nothing may be typed for an address in a column of names, or for a cell of a column that fills blanks.
    keys = _keys_of_columns(intake)
    cells = [(*cell, keys.get(cell[1]) == fields[cell[2]].key) for cell in _cells(intake, fields)]
    for row, column, name, value, reason, suggestion, typed in sorted(cells, key=lambda cell: not cell[-1]):
        key = (column, cell_key(value))
        shown.setdefault(key, value)
        label = fields[name].label or name
        of_file = _FIRST_USED if reason == _SEVERAL else f"{reason}; {_IN_FILE} {label}"
        of_reason = [reason if typed else of_file, suggestion if typed else None, typed]
        found.setdefault(key, [label, [], *of_reason])[1].append(row)
    rows = [
        (column, label, shown[column, key], len(places), reason, suggestion, False, typed, places)
        for (column, key), (label, places, reason, suggestion, typed) in found.items()
    ]
    rows = _in_notation(intake, rows)
    rows += [
        (column, fields[name].label or name, value, len(places), _REPLACED, None, True, True, places)
        for column, name, value, places in _replaced_values(intake, fields, found.keys())
    ]
    whose = _describe_rows(intake, [places for *_, places in rows])
    rows = [(*row[:-1], names) for row, names in zip(rows, whose, strict=True)]
    schema = {name: getattr(pl, kind) for name, kind in _SCHEMA.items()}
    table = pl.DataFrame(rows, schema=schema, orient="row")
    table = table.sort("done", "rows", descending=[False, True], maintain_order=True)
    return table.with_columns(
        searchable(*(table[name] for name in ("column", "value", "reason", "suggestion", "whose")))
    )


def _describe_rows(intake: Intake, places: Sequence[list[int]]) -> list[str]:
    """Return for the rows of each value the line and the name of the first ones, one a line."""
    named = [rows[: _MOST_PEOPLE if len(rows) <= _MOST_PEOPLE else _MOST_PEOPLE - 1] for rows in places]
    different = sorted({row for rows in named for row in rows})
    people = dict(zip(different, describe_people(intake, different), strict=True))
    return [
        "\n".join([people[row] for row in first] + [f"and {len(rows) - len(first):,} more"] * (len(first) < len(rows)))
        for rows, first in zip(places, named, strict=True)
    ]


def _in_notation(intake: Intake, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return the rows of a table of cells, each suggestion as its column is read: 1250,00 where a comma is chosen.

    A suggestion that is not read at all, or not as that value, is left out.
    """
    suggested: dict[str, set[str]] = {}
    for column, _, _, _, _, suggestion, *_ in rows:
        suggested.setdefault(column, set()).update(() if suggestion is None else {suggestion})
    written = {column: _notations(intake, column, sorted(texts)) for column, texts in suggested.items() if texts}
    return [
        (*row[:5], written[row[0]].get(row[5]) if row[0] in written and row[5] is not None else row[5], *row[6:])
        for row in rows
    ]


def _notations(intake: Intake, column: str, suggestions: list[str]) -> dict[str, str]:
    """Return each suggested value of a column that is read as this value, as the column writes it."""
    field = _field_of(intake, column)
    if field.type not in _EXAMPLES_OF_TYPES:
        return {text: text for text in suggestions}
    found: dict[str, str] = {}
    for sign in (".", ",") if field.type == "number" else (".",):
        texts = [text.replace(".", sign) for text in suggestions]
        values = _read_texts(intake, column, field, texts)
        found = {
            text: typed
            for text, typed, value in zip(suggestions, texts, values, strict=True)
            if value is not None and (field.type != "number" or float(value) == float(text))
        } | found
    return found


def _replaced_values(
    intake: Intake, fields: AnyMapping[str, LeadField], others: Collection[tuple[str, str]]
) -> Iterator[tuple[str, str, str, list[int]]]:
    """Yield column, field, value and rows of each value that is replaced, other than some others."""
    texts = _Texts(intake)
    names = {column: name for name, column in intake.converted.columns.items() if column is not None}
    for column, values in intake.mapping.values.items():
        if names.get(column) not in fields:
            continue
        cells: dict[str, list[int]] = {}
        for row in range(len(intake)):
            cells.setdefault(texts.of(column, row), []).append(row)
        places: dict[str, tuple[str, list[int]]] = {}
        for text, rows in cells.items():
            key = cell_key(text)
            if key in values and (column, key) not in others:
                places.setdefault(key, (text, []))[1].extend(rows)
        yield from ((column, names[column], text, rows) for text, rows in places.values())


def replacement(intake: Intake, column: str, value: str) -> Any:
    """Return what a value of a column stands for; :data:`LEAVE` if it is not replaced."""
    return intake.mapping.values.get(column, {}).get(cell_key(value), LEAVE)


def phones_without_code(intake: Intake) -> tuple[int, str]:
    """Return how many phones are national while their row says no country, and the first of them.

    Where the row says one that is not understood, that cell is to be repaired.
    """
    frame = intake.cleaned.frame
    if "phone" not in frame.columns:
        return 0, ""
    # Some of them do not have the form that the service asks for, and are set aside.
    frame = frame.with_columns(phone=pl.coalesce("phone", intake.converted.frame["phone"]))
    national = pl.col("phone").str.contains(r"^[^+]*(?:\d[^+]*){5}$") & ~pl.col("phone").str.contains("^ *00")
    if "country" in frame.columns:
        national &= pl.col("country").is_null() & intake.converted.frame["country"].is_null()
        unread = pl.concat([intake.converted.set_aside, intake.cleaned.set_aside]).filter(pl.col("field") == "country")
        national &= ~pl.int_range(pl.len()).is_in(unread["row"].implode())
    found = frame.filter(national)["phone"]
    return found.len(), ", ".join(found.unique(maintain_order=True).head(_EXAMPLES))


def better_readings(intake: Intake, table: pl.DataFrame) -> dict[str, tuple[str, int, int]]:
    """Return for columns with many values that do not fit the way of reading, chosen with the columns, that fits most.

    Returns:
        Column → name of the way of reading, number of the values that it reads, and of those that were tried.
    """
    fields = read_fields(intake.lead_fields)
    found: dict[str, tuple[str, int, int]] = {}
    for (column,), rows in table.filter(~pl.col("done")).group_by("column", maintain_order=True):
        key, values = intake.mapping.columns.get(str(column)), rows["value"].head(_TRIED)
        if rows.height < _MANY or key not in fields:
            continue
        counts = {
            label: values.len() - convert_cells(values.to_frame(str(column)), mapping, fields).set_aside.height
            for label, name in READINGS
            if reading_fits(name, fields[key])
            for mapping in [Mapping({str(column): key}).with_column(str(column), key, name)]
        }
        label = max(counts, key=lambda one: counts[one], default="")
        as_now = Mapping({str(column): key}).with_column(
            str(column), key, intake.mapping.converters.get(str(column), "")
        )
        unread = convert_cells(values.to_frame(str(column)), as_now, fields).set_aside.height
        if label and counts[label] > values.len() - unread:
            found[str(column)] = (label, counts[label], values.len())
    return found


def suggestions_of(table: pl.DataFrame) -> dict[tuple[str, str], str]:
    """Return the suggested repairs: column and value → text of the new value."""
    some = table.filter(pl.col("suggestion").is_not_null())
    return {(column, value): new for column, value, new in some.select("column", "value", "suggestion").iter_rows()}


def choices_of(intake: Intake, column: str) -> list[str]:
    """Return the values that the cells of a column may stand for; empty if any text may be typed, or none."""
    field = _find_field(intake, column)
    if field is None:
        return []
    return ["yes", "no"] if field.type == "boolean" else [*field.options]


def read_value(intake: Intake, column: str, typed: str) -> Any:
    """Return the value that a person typed for cells of a column; :data:`LEAVE` for an empty box.

    Raises:
        InvalidParameterError: The field does not take this value.
    """
    text = typed.strip()
    if not text:
        return LEAVE
    field = _field_of(intake, column)
    label = field.label or field.key
    if field.type == "boolean":
        if text.casefold() not in {"yes", "no"}:
            raise InvalidParameterError(f"{label} must be yes or no", repair="type yes or no, or empty the box")
        return text.casefold() == "yes"
    if field.type == "select" and field.options:
        option = {one.casefold(): one for one in field.options}.get(text.casefold())
        if option is None:
            raise InvalidParameterError(f"{label} has no such option", repair=f"choose {', '.join(field.options)}")
        return option
    example = _EXAMPLES_OF_TYPES.get(field.type)
    if example is not None and not _is_read(intake, column, field, text):
        raise InvalidParameterError(f"{label} does not take this", repair=f"type {example}, or empty the box")
    return text


def _is_read(intake: Intake, column: str, field: LeadField, text: str) -> bool:
    """Return whether a field takes a value that stands for cells of its column, which is read as these are."""
    return _read_texts(intake, column, field, [text]) != [None]


def _read_texts(intake: Intake, column: str, field: LeadField, texts: Sequence[str]) -> list[Any]:
    """Return the values that stand for texts of a column, which are read as its cells are; ``None`` if not at all."""
    mapping = Mapping({column: field.key}).with_column(column, field.key, intake.mapping.converters.get(column, ""))
    mapping = mapping.with_values(column, {text: text for text in texts})
    read = convert_cells(pl.DataFrame({column: texts}), mapping, intake.lead_fields)
    aside = {*read.set_aside["row"]}
    return [None if row in aside else value for row, value in enumerate(read.frame[field.column])]


def accept_suggestions(
    intake: Intake, suggested: AnyMapping[tuple[str, str], str]
) -> tuple[dict[tuple[str, str], Any], int]:
    """Return the repairs that suggestions are, by column and value, and the number of those that do not fit.

    Args:
        intake: The intake.
        suggested: Result of :func:`suggestions_of`, or some of it.
    """
    accepted: dict[tuple[str, str], Any] = {}
    for (column, value), text in suggested.items():
        try:
            accepted[column, value] = read_value(intake, column, text)
        except InvalidParameterError:
            continue
    return accepted, len(suggested) - len(accepted)


def apply_repairs(intake: Intake, repaired: AnyMapping[tuple[str, str], Any]) -> Intake:
    """Return the intake in which values stand for others, in all rows.

    Args:
        intake: The intake.
        repaired: Column and value → new value. A column that is not mapped any more is left out, and one that may be
            the country is mapped.
    """
    mapping = intake.mapping
    countries = _unmapped_countries(intake)
    by_column: dict[str, dict[str, Any]] = {}
    for (column, value), new in repaired.items():
        by_column.setdefault(column, {})[value] = new
    for column, values in by_column.items():
        if column in countries and "country" not in mapping.columns.values():
            mapping = mapping.with_column(column, "country", "country")
        if column in mapping.columns:
            mapping = mapping.with_values(column, values)
    return intake.change(mapping=mapping)


def suggest_value(field: LeadField, text: str) -> str | None:
    """Return the only likely reading of a cell, as text; ``None`` if there are several, or none.

    >>> suggest_value(LeadField("size", "number"), "ca. 100"), suggest_value(LeadField("size", "number"), "50-100")
    ('100', None)
    >>> suggest_value(LeadField("deal_eur", "number"), "€ 1.250,00"), suggest_value(LeadField("x", "number"), "1.250")
    ('1250.00', None)
    >>> suggest_value(LeadField("news", "boolean"), "X"), suggest_value(LeadField("day", "date"), "31.12.2026")
    ('yes', '2026-12-31')
    >>> suggest_value(LeadField("country", "text"), "D"), suggest_value(LeadField("country", "text"), "C")
    ('DE', None)
    >>> suggest_value(LeadField("country", "text"), "Östereich")
    'AT'
    >>> suggest_value(LeadField("day", "date"), "1er avril 2026")
    '2026-04-01'
    >>> suggest_value(LeadField("day", "date"), "03.04.2026")  # April or March
    >>> suggest_value(LeadField("email", "email"), "ada@nord,example")
    'ada@nord.example'
    >>> suggest_value(LeadField("phone", "phone"), "+372 +372 5123 4567")
    '+372 5123 4567'
    """
    word = text.strip()
    if field.type == "boolean":
        return "yes" if word.casefold() in _YES else "no" if word.casefold() in _NO else None
    if field.builtin and field.key == "country":
        return vehicle_country_code(word) or nearest_country_code(word)
    read = {"number": _only_number, "date": _only_date, "email": _only_address, "phone": _only_phone}
    return read.get(field.type, _closest_option)(field, word)


def _only_number(field: LeadField, text: str) -> str | None:
    """Return the only number that a text can be."""
    word = _NO_CENTS.sub(r"\g<1>00", _in_western_digits(text))
    if field.kind == "integer" and _GROUPED.fullmatch(word) and not _PERHAPS_ONE.fullmatch(word):
        return "".join(character for character in word if character.isdigit())
    numbers = _NUMBER.findall(word)
    whole = numbers[0] if len(numbers) == 1 and _is_only_a_number(field, word) else None
    return whole or (_only_amount(field, word) if field.kind != "integer" else None)


def _only_date(field: LeadField, text: str) -> str | None:
    """Return the only day that a text can be."""
    word = _in_western_digits(text)
    clear = clear_date(word) if _LETTER.search(word) or _YEAR_FIRST.match(word) else None
    return clear.isoformat() if clear else _only_reading(field, word, _DATE_CONVERTERS)


def _in_western_digits(text: str) -> str:
    """Return a text with its digits, of whatever script, as 0 to 9, and Arabic separators as they are read.

    >>> _in_western_digits("١٬٢٠٠٫٥"), _in_western_digits("१२००")
    ('1200.5', '1200')
    """
    digits = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
    return digits.replace("\N{ARABIC THOUSANDS SEPARATOR}", "").replace("\N{ARABIC DECIMAL SEPARATOR}", ".")


def _only_address(_field: LeadField, text: str) -> str | None:
    """Return an address whose domain has a comma for its only point: a name without a point is not a whole domain."""
    local, _, domain = text.partition("@")
    name, comma, rest = domain.partition(",")
    address = f"{local}@{name}.{rest}"
    certain = comma and "." not in name and not re.search(r"[\s,;]", address)
    return address if certain and not syntax_problem(address) else None


def _only_phone(_field: LeadField, text: str) -> str | None:
    """Return a number with its country code once, if it is valid so."""
    twice = _CODE_TWICE.fullmatch(text)
    once = "" if twice is None else f"+{twice[1]}{twice[2]}"
    read = read_phone(once) if once else None
    return once if read is not None and read.valid else None


def _only_amount(field: LeadField, text: str) -> str | None:
    """Return the only amount that a text can be, whether its comma or its point separates the decimals."""
    amounts = _AMOUNT.findall(text)
    if len(amounts) != 1 or not _is_only_a_number(field, text, _AMOUNT):
        return None
    return _only_reading(field, amounts[0], _AMOUNT_CONVERTERS)


def _is_only_a_number(field: LeadField, text: str, number: re.Pattern[str] = _NUMBER) -> bool:
    """Whether what stands beside the number of a cell changes nothing about it."""
    named = {*re.findall(r"[a-z]+|[$€£]", f"{field.key.replace('_', ' ')} {field.label or ''}".lower())}
    named |= {_CURRENCIES[each] for each in named & _CURRENCIES.keys()}
    beside = re.findall(r"[^\W\d_]+|[^\w\s]", number.sub(" ", text.casefold()))
    return all(word in {*_BESIDE_NUMBERS, "."} or _CURRENCIES.get(word, "-") in named for word in beside)


def _closest_option(field: LeadField, word: str) -> str | None:
    """Return the only option that a word is like."""
    if field.type == "select":
        folded = {option.casefold(): option for option in field.options}
        close = difflib.get_close_matches(word.casefold(), folded, n=2, cutoff=_ALIKE)
        return folded[close[0]] if len(close) == 1 else None
    return None


def _only_reading(field: LeadField, text: str, names: Iterable[str]) -> str | None:
    """Return what a text is if all converters that read it agree, as text."""
    readings = set()
    for name in names:
        try:
            found = converter(name)(text, field)
        except ValueError:
            continue
        if found is not None and (field.type == "number" or not isinstance(found, str)):
            readings.add(found.isoformat() if hasattr(found, "isoformat") else str(found))
    return readings.pop() if len(readings) == 1 else None


def _cells(intake: Intake, fields: AnyMapping[str, LeadField]) -> Iterator[tuple[int, str, str, str, str, str | None]]:
    """Yield row, column, field, value, reason and suggestion of cells: those set aside, then the probable mistakes."""
    texts = _Texts(intake)
    aside = pl.concat([intake.converted.set_aside, intake.cleaned.set_aside])
    for row, column, name, value, reason in aside.iter_rows():
        if column is not None and name in fields:
            raw = texts.of(column, row) or value
            why = _SEVERAL if reason == ANOTHER_OF_CELL else in_words(reason)
            yield row, column, name, raw, why, suggest_value(fields[name], raw)
    taken = {(one.row, one.field): one.column for one in intake.converted.taken}
    probable: pl.DataFrame = intake.cleaned.normalized.suggestions
    for row, name, suggestion in probable.select("row", "field", "suggestion").iter_rows():
        column = taken.get((row, name), intake.converted.columns.get(name))
        text = "" if column is None else texts.of(column, row)
        if column is not None and text.strip() and name in fields:  # a default has no cell to replace
            yield row, column, name, text, _MISTAKE, suggestion


class _Texts:
    """The cells of the list as text, by column; a column is read when it is first needed."""

    def __init__(self, intake: Intake) -> None:
        self._source = intake.source
        self._columns: dict[str, list[Any]] = {}

    def of(self, column: str, row: int) -> str:
        """Return a cell as text."""
        if column not in self._columns:
            self._columns[column] = list(_cells_of(self._source, column))
        cell = as_json(self._columns[column][row])
        return ", ".join(map(str, cell)) if isinstance(cell, list) else "" if cell is None else str(cell)


def _cells_of(source: Any, column: str) -> Iterable[Any]:
    return values_of(source, column)


def _field_of(intake: Intake, column: str) -> LeadField:
    field = _find_field(intake, column)
    if field is None:
        raise MappingError(f"the column {column[:40]!r} is left out", repair="choose a field for it")
    return field


def _find_field(intake: Intake, column: str) -> LeadField | None:
    """Return the field whose values stand for cells of a column; ``None`` if its cells cannot be replaced."""
    return read_fields(intake.lead_fields).get(_keys_of_columns(intake).get(column, ""))


def _keys_of_columns(intake: Intake) -> dict[str, str]:
    """Return the columns whose cells can be replaced, each with the key of its field."""
    return intake.mapping.columns | dict.fromkeys(_unmapped_countries(intake), "country")


def _unmapped_countries(intake: Intake) -> set[str]:
    """Return the columns of countries that are not mapped, whose cells are set aside."""
    return {column for column, _ in intake.converted.unmapped.values()}
