"""Convert the cells of a list to values of lead fields, clean them, and set aside what does not fit: no row is lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from collections.abc import Mapping as AnyMapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from pb2b_notebook.cleanup.checks.made_up import MADE_UP_ADDRESS, MADE_UP_PHONE, find_made_up_phones
from pb2b_notebook.cleanup.checks.validate import validate
from pb2b_notebook.cleanup.normalization.normalize import Normalized, normalize_part
from pb2b_notebook.cleanup.values.phones import is_made_up, with_short_extension
from pb2b_notebook.cleanup.values.placeholders import is_made_up_address, is_placeholder, kind_of
from pb2b_notebook.cleanup.values.regions import is_region
from pb2b_notebook.errors import MappingError
from pb2b_notebook.files.reports import FileReport
from pb2b_notebook.frames.schema import UNPARSED
from pb2b_notebook.intake.area_codes import put_area_codes_before
from pb2b_notebook.intake.cells_with_several import use_first_values
from pb2b_notebook.intake.currencies import set_aside_other_currencies
from pb2b_notebook.intake.grouped_lists import RULE as OF_GROUP
from pb2b_notebook.intake.grouped_lists import Groups
from pb2b_notebook.intake.name_columns import (
    drop_companies_of_own_names,
    drop_departments,
    find_marked_companies,
    join_family_names,
    part_companies_from_names,
    take_addresses_of_names,
    take_companies_of_names,
    take_people_of_companies,
    turn_names,
)
from pb2b_notebook.intake.names_of_no_person import set_aside_names_of_no_person
from pb2b_notebook.intake.second_columns import Second, Taken, second_columns, use_second_columns
from pb2b_notebook.intake.unmapped_countries import NOT_MAPPED, other_countries, unmapped_countries, with_countries
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mapping import Mapping
from pb2b_notebook.mapping.application import Reading, as_frame, as_json, default_value, read_column
from pb2b_notebook.mapping.cells.conversion import PHONE
from pb2b_notebook.mapping.cells.postcodes import part_postcode
from pb2b_notebook.mapping.columns import cells_of
from pb2b_notebook.mapping.lead_fields import read_fields
from pb2b_notebook.upserts.planning.flat_lists import read_flat
from pb2b_notebook.upserts.planning.match_keys import SHORTENED
from pb2b_notebook.upserts.tables import as_text

_NO_GROUPS: Final = Groups()
_EXTENSION: Final = "extension"
"""Rule of a phone whose extension is written with an x."""
_GOOGLE_LABELS: Final = frozenset({"* mycontacts", "* starred", "* other contacts"})
_BARS: Final = re.compile(r"[|\n\r]")
_IN_BRACKETS: Final = re.compile(r"[(\[][^()\[\]]*[)\]]")
_COMMA_INSIDE: Final = "\x1f"
"""Stands for a comma that ends no item, until its text is split."""
_IS_POSTCODE: Final = "is the postcode before the city, and leads have no field for it"
_IS_REGION = "a region around a city, not a city"
_IS_SHORTENED = "a spreadsheet has shortened this number: others may have the same digits"
_SCHEMA = {"row": "Int64", "column": "String", "field": "String", "value": "String", "reason": "String"}


class Converted(NamedTuple):
    """The mapped columns as values of lead fields.

    Attributes:
        frame: One column for each mapped field, as polars.
        set_aside: Cells that do not convert: row (position), column, field, value (as text) and reason.
        columns: Column of the frame → column of the list.
        second: What second columns of phones and email addresses gave.
        taken: Values from second columns, and from cells with several.
        unmapped: Row → column and cell, for countries in a column that is not mapped.
        unordered: Rows whose full names may be written family name first, as the header says, and stay as they are.
    """

    frame: pl.DataFrame
    set_aside: pl.DataFrame
    columns: dict[str, str | None]
    second: Sequence[Second] = ()
    taken: Sequence[Taken] = ()
    unmapped: AnyMapping[int, tuple[str, str]] = MappingProxyType({})
    unordered: Sequence[int] = ()


class Cleaned(NamedTuple):
    """The values after cleanup, each of which the service accepts.

    Attributes:
        frame: The values, as polars.
        normalized: Result of ``normalize``.
        set_aside: Cells that the service would refuse, with the columns of :attr:`Converted.set_aside`.
        wrong_addresses: Rows whose email address the service takes, though its syntax is wrong.
        local_phones: Rows whose phone has no country code, which no country of theirs completes: it stays as written.
    """

    frame: pl.DataFrame
    normalized: Normalized[pl.DataFrame]
    set_aside: pl.DataFrame
    wrong_addresses: Sequence[int] = ()
    local_phones: Sequence[int] = ()


def convert_cells(
    frame: Any, mapping: Mapping, fields: Any, *, file: FileReport | None = None, groups: Groups = _NO_GROUPS
) -> Converted:
    """Return the values of the mapped columns; a cell that does not convert is null, and set aside.

    Args:
        frame: The list, as pandas or polars.
        mapping: Its mapping.
        fields: Frame of ``ws.lead_fields.list()``.
        file: How the file was read, if the list comes from one.
        groups: Groups of the list, by which companies were filled in.

    Raises:
        MappingError: No column is mapped.
    """
    readings = mapping.readings(frame, fields)
    if not readings:
        raise MappingError("no column of the list is mapped to a lead field", repair=_how_to_map(file))
    for reading in readings:
        _take_placeholders(reading, mapping.defaults.get(reading.field.key))
        _split_labels(reading)
        _split_bars(reading)
        _split_commas(reading)
    known = read_fields(fields)
    addressed, others_of_names = take_addresses_of_names(readings, known)
    joined, no_parts = join_family_names(frame, mapping.columns, mapping.ignored, readings)
    own_names = [
        *drop_departments(readings),
        *drop_companies_of_own_names(readings),
        *take_people_of_companies(readings, known),
    ]
    companies = [
        *part_companies_from_names(readings, known),
        *take_companies_of_names(readings, known, find_marked_companies(frame)),
    ]
    turned = turn_names(readings)
    of_groups = [
        Taken(row, "company_name", str(groups.column), None, str(company), OF_GROUP)
        for row, company in groups.companies.items()
    ]
    names = [*of_groups, *addressed, *joined, *own_names, *companies, *turned.taken]
    first, rest = use_first_values(readings)
    rest += [*others_of_names, *no_parts, *set_aside_names_of_no_person(readings)]
    rest += _take_postcodes(readings)
    rest += [*_take_regions(readings, mapping), *_take_shortened_ids(readings)]
    rest += set_aside_other_currencies(frame, readings)
    with_areas = put_area_codes_before(frame, [*mapping.columns, *mapping.ignored], readings)
    others = [
        read_column(cells_of(frame, column), known[key], column, "", None)
        for column, key in second_columns(frame, mapping, known).items()
    ]
    _, rest_of_others = use_first_values(others)
    rest += [cell for reading in (*readings, *others) for cell in _take_made_up(reading)]
    taken, second, unread = use_second_columns(readings, others)
    rest += unread
    used = {(one.row, one.column) for one in taken}
    rest += [cell for cell in rest_of_others if cell[:2] in used]
    spelled = [one for reading in readings for one in _spell_extensions(reading)]
    table: pl.DataFrame = as_frame(pl.DataFrame({"row": range(len(frame))}), readings)
    table = table.drop(UNPARSED, strict=False)
    cells = [*(cell for reading in readings for cell in _unread(reading, table)), *rest]
    columns = {reading.field.column: reading.column for reading in readings}
    return Converted(
        table, as_table(cells), columns, second, [*names, *spelled, *first, *with_areas, *taken],
        unmapped_countries(frame, mapping), turned.left,
    )  # fmt: skip


def _how_to_map(file: FileReport | None) -> str:
    """Return what to do about a list of which no column is mapped."""
    ways = ['mapping={"E-Mail": "email"}']
    if file is not None and file.other_sheets:
        ways.append(f"another sheet, sheet={file.other_sheets[0]!r}")
    if file is not None:
        ways.append("if line 4 has the names of the columns, ws.leads.intake(pb.read_leads(path, header=4))")
    return ", or ".join(ways)


def clean_cells(
    converted: Converted,
    fields: Any,
    *,
    country: str | None = None,
    without: Collection[str] = (),
    accept: Collection[str] = (),
    company_case: str | None = None,
) -> Cleaned:
    """Return the normalized values; a value that the service would refuse is null, and set aside.

    Args:
        converted: Result of :func:`convert_cells`.
        fields: Frame of ``ws.lead_fields.list()``.
        country: Country of rows without one.
        without: Rules of ``normalize`` that are not applied.
        accept: Rules whose suggestions are applied.
        company_case: The case in which a longer list writes company names, from which these rows are.
    """
    others = other_countries(converted.unmapped, country)
    known = with_countries(converted.frame, others) if others else converted.frame
    tidy = normalize_part(known, company_case, lead_fields=fields, country=country, without=without, accept=accept)
    tidy = replace(tidy, changes=_with_taken(tidy.changes, converted.taken))
    frame = _with_plain_areas(_with_extensions(tidy.frame.drop("country") if others else tidy.frame))
    problems: pl.DataFrame = validate(frame, fields, match_on=None).problems
    refused = problems.filter(pl.col("severity") == "error", pl.col("row").is_not_null())
    by_field = {name.removeprefix("custom_"): name for name in frame.columns if name.startswith("custom_")}
    by_field |= {name: name for name in frame.columns}
    taken = {(one.row, one.field): one.column for one in converted.taken}
    cells: list[tuple[Any, ...]] = [
        (row, column, "country", text, NOT_MAPPED) for row, (column, text) in others.items()
    ]
    made_up = find_made_up_phones(frame, country)
    cells += [
        (row, taken.get((row, "phone"), converted.columns.get("phone")), "phone", phone, MADE_UP_PHONE)
        for row, phone in made_up.items()
    ]
    if made_up:
        frame = frame.with_columns(phone=pl.when(~pl.int_range(pl.len()).is_in([*made_up])).then("phone"))
        refused = refused.filter(~((pl.col("field") == "phone") & pl.col("row").is_in([*made_up])))
    for (field,), found in refused.group_by("field", maintain_order=True):
        column = by_field.get(str(field))
        if column is None:
            continue
        rows = found["row"].cast(pl.Int64)
        values = as_text(frame[column].gather(rows))
        reasons = dict(zip(rows, found["message"], strict=True))
        cells += [
            (row, taken.get((row, column), converted.columns.get(column)), column, value, reasons[row])
            for row, value in dict(zip(rows, values, strict=True)).items()
        ]
        frame = frame.with_columns(pl.when(~pl.int_range(pl.len()).is_in(rows.implode())).then(column).alias(column))
    wrong = problems.filter(pl.col("code") == "email_syntax", pl.col("field") == "email")["row"]
    local = [] if country is not None else _rows_of_local_phones(frame, known)
    return Cleaned(frame, tidy, as_table(cells), wrong.cast(pl.Int64).to_list(), local)


def _with_extensions(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the values with each phone and its extension in one text, since leads have no field for extensions."""
    if not {"phone", "phone_extension"} <= {*frame.columns}:
        return frame
    both = pl.concat_str("phone", pl.lit(" x"), "phone_extension")
    return frame.with_columns(phone=pl.coalesce(both, "phone"))


def _with_plain_areas(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the values with phones whose area stands in brackets, "(021) 9777", written as the service takes them.

    No country completes such a number; it is sent as it is, as one without brackets is.
    """
    if "phone" not in frame.columns:
        return frame
    return frame.with_columns(pl.col("phone").str.replace(r"^\((\d{1,6})\)[ -]*", "${1} ").str.replace("^0 ", "0"))


def _rows_of_local_phones(frame: pl.DataFrame, known: pl.DataFrame) -> list[int]:
    """Return the rows whose phone has no country code, and whose country is not known."""
    if "phone" not in frame.columns:
        return []
    local = (~frame["phone"].str.starts_with("+")).fill_null(value=False)
    return (local & known["country"].is_null() if "country" in known.columns else local).arg_true().to_list()


def _take_placeholders(reading: Reading, default: Any) -> None:
    """Make cells blank that stand for nothing, such as "n/a" among numbers, as normalize does in columns of text."""
    for row, cell in [*reading.raw.items()]:
        if isinstance(cell, str) and is_placeholder(cell, kind_of(reading.field)):
            del reading.raw[row], reading.reasons[row]
            reading.values[row] = default_value(default, reading.field)


def _spell_extensions(reading: Reading) -> list[Taken]:
    """Write the extensions of phones with an x, which a service takes where no country reads the number."""
    spelled: list[Taken] = []
    for row, cell in [*reading.raw.items()] if reading.field.type == "phone" else ():
        text = with_short_extension(cell) if isinstance(cell, str) else ""
        if text != cell and PHONE.fullmatch(text):
            del reading.raw[row], reading.reasons[row]
            reading.values[row] = text
            spelled.append(Taken(row, reading.field.column, str(reading.column), cell, text, _EXTENSION))
    return spelled


def _split_commas(reading: Reading) -> None:
    """Split the lists of a column that has ", " between its items, as frames of ``flat=True`` write them."""
    lists = {row: value for row, value in enumerate(reading.values) if isinstance(value, list) and value}
    if not any("," in value[0] for value in lists.values()) or any(len(value) > 1 for value in lists.values()):
        return
    spaced = _commas_end_items([value[0] for value in lists.values()])
    are_tags = reading.field.builtin and reading.field.key == "tags"
    for row, value in lists.items():
        text = value[0].replace('","', '", "')
        text = re.sub(",(?! )", ", ", text) if spaced else _space_commas(text) if are_tags else text
        items = read_flat(text, [text], [], reading.field.options, commas=True)
        items = [item.replace(_COMMA_INSIDE, ",").strip(' "') for item in items]
        reading.values[row] = [item for item in items if item]


def _space_commas(text: str) -> str:
    """Return a text of tags with a space behind each comma, but for those of a number and in brackets.

    >>> _space_commas("A-Kunde,Messe Wels"), _space_commas("1,000 seats"), _space_commas("Wels (A,B)").count(",")
    ('A-Kunde, Messe Wels', '1,000 seats', 0)
    """
    text = _IN_BRACKETS.sub(lambda found: found[0].replace(",", _COMMA_INSIDE), text)
    return re.sub(r",(?! )(?!(?<=\d,)\d)", ", ", text)


def _commas_end_items(cells: Sequence[str]) -> bool:
    """Return whether an item between commas is also one of another cell: "fair,vip" beside "fair".

    >>> _commas_end_items(["fair,vip", "fair"]), _commas_end_items(["1,000", "1,500"]), _commas_end_items(["a,b"])
    (True, False, False)
    """
    parts = {cell: {part.strip() for part in cell.split(",") if part.strip()[:1].isalpha()} for cell in cells}
    counts = Counter(part for each in parts.values() for part in each)
    return any(counts[part] > 1 for cell, each in parts.items() if "," in cell for part in each)


def _split_labels(reading: Reading) -> None:
    """Split labels of Google Contacts, "Fair ::: * myContacts", and drop those that all contacts have."""
    for row, value in enumerate(reading.values):
        if isinstance(value, list) and any(":::" in item or item.startswith("* ") for item in value):
            items = [part.strip() for item in value for part in item.split(":::")]
            own = [item.removeprefix("* ") for item in items if item.casefold() not in _GOOGLE_LABELS]
            reading.values[row] = own or None


def _split_bars(reading: Reading) -> None:
    """Split the items of lists at bars and line breaks, "sea|member", unless an option has one."""
    for row, value in enumerate(reading.values):
        if isinstance(value, list) and any(_BARS.search(item) for item in value):
            parts = [[item] if item in reading.field.options else _BARS.split(item) for item in value]
            reading.values[row] = [part.strip() for each in parts for part in each if part.strip()]


def _take_regions(readings: Sequence[Reading], mapping: Mapping) -> list[tuple[Any, ...]]:
    """Take the regions out of the cities, and return them as cells that are set aside; a value map decides itself."""
    found: list[tuple[Any, ...]] = []
    for reading in readings:
        chosen = {*mapping.values.get(str(reading.column), {}).values()}
        for row, value in enumerate(reading.values) if reading.field.builtin and reading.field.key == "city" else ():
            if isinstance(value, str) and value not in chosen and is_region(value):
                found.append((row, reading.column, reading.field.column, value, _IS_REGION))
                reading.values[row] = None
    return found


def _take_postcodes(readings: Sequence[Reading]) -> list[tuple[Any, ...]]:
    """Take the postcodes before the cities of a column that has both, and return them as cells that are set aside."""
    found: list[tuple[Any, ...]] = []
    for reading in (each for each in readings if each.field.builtin and each.field.key == "city"):
        texts = {row: value for row, value in enumerate(reading.values) if isinstance(value, str)}
        parts = {row: part for row, text in texts.items() if (part := part_postcode(text)) is not None}
        if len(parts) < len(texts) / 2:
            continue  # one alone may be another number
        for row, (code, city) in parts.items():
            found.append((row, reading.column, reading.field.column, code, _IS_POSTCODE))
            reading.values[row] = city
    return found


def _take_shortened_ids(readings: Sequence[Reading]) -> list[tuple[Any, ...]]:
    """Take the ids out of which a spreadsheet has made 1.51E+11, and return them as cells that are set aside."""
    found: list[tuple[Any, ...]] = []
    for reading in readings:
        for row, value in enumerate(reading.values) if reading.field.key == "external_id" else ():
            if isinstance(value, str) and re.search(SHORTENED, value):
                found.append((row, reading.column, reading.field.column, value, _IS_SHORTENED))
                reading.values[row] = None
    return found


def _take_made_up(reading: Reading) -> list[tuple[Any, ...]]:
    """Take out the addresses that are made up, and the phones that are in every country, to be set aside."""
    is_email = reading.field.type == "email"
    found: list[tuple[Any, ...]] = []
    for row, value in enumerate(reading.values) if reading.field.type in {"email", "phone"} else ():
        if isinstance(value, str) and (is_made_up_address(value) if is_email else is_made_up(value, anywhere=True)):
            why = MADE_UP_ADDRESS if is_email else MADE_UP_PHONE
            found.append((row, reading.column, reading.field.column, value, why))
            reading.values[row] = None
    return found


def _with_taken(changes: pl.DataFrame, taken: Sequence[Taken]) -> pl.DataFrame:
    """Return the changes of ``normalize`` with the values that come from second columns, in the order of the rows."""
    if not taken:
        return changes
    own = {(one.row, one.field): one for one in taken}
    rows: list[dict[str, Any]] = []
    for change in changes.iter_rows(named=True):
        one = own.pop((change["row"], change["field"]), None)
        rules = change["rule"] if one is None or one.rule in change["rule"] else f"{one.rule}, {change['rule']}"
        of = {} if one is None else {"before": one.before, "rule": rules}
        rows.append(change | of)
    rows += [
        {"row": one.row, "field": one.field, "before": one.before, "after": one.after, "rule": one.rule}
        for one in own.values()
    ]
    return pl.DataFrame(rows, schema=changes.schema).sort("row", maintain_order=True)


def _unread(reading: Reading, table: pl.DataFrame) -> Iterable[tuple[Any, ...]]:
    """Yield the cells of a column that did not convert; text may still be repaired, and is judged later."""
    values = table[reading.field.column]
    for row, cell in sorted(reading.raw.items()):
        if values[row] is None:
            yield row, reading.column, reading.field.column, _text(cell), reading.reasons[row]


def _text(cell: Any) -> str:
    value = as_json(cell)
    return ", ".join(value) if isinstance(value, list) else str(value)


def as_table(cells: Sequence[tuple[Any, ...]]) -> pl.DataFrame:
    """Return cells that are set aside with the columns of :attr:`Converted.set_aside`."""
    schema = {name: getattr(pl, kind) for name, kind in _SCHEMA.items()}
    return pl.DataFrame(cells, schema=schema, orient="row").sort("row", maintain_order=True)
