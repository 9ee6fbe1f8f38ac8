"""Further phones of a row, which are not written, and phones of people who opted out. Pure.

A further phone may be that of a lead or of another row, and a number without a country code that of a person who opted
out: its digits end the complete number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.cleanup.linkage.columns.all_phones import phone_columns, phones_of
from pb2b_notebook.cleanup.linkage.names.folding import as_text
from pb2b_notebook.cleanup.linkage.suppression import find_suppressed
from pb2b_notebook.cleanup.values.phones import is_mobile
from pb2b_notebook.intake.decisions import KnownLeads, Link
from pb2b_notebook.intake.rule_links import LIKELY, folded_names
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mapping import Mapping as ColumnMapping
from pb2b_notebook.mapping.columns import cells_of, column_names

OTHER_PHONES: Final = "other phones"
"""Column of the phones of a row beside the one that is written; ``duplicates`` reads it by its name."""
_FEWEST_DIGITS: Final = 8
"""Digits of a number without a country code that identify it in the list of those who opted out."""
_TRUNKS: Final = ("06", "8", "0")
"""What some countries dial before a national number."""
_SHORTEST_WORD: Final = 3
_ANYONE, _NAMELESS = "*", ""
"""In the place of a word of a name: of anyone, and of a lead without a name."""
_SAME_MOBILE = "the same mobile number"
_SAME_NUMBER = "the same phone number, and a part of the name"
_WITHOUT_CODE = "the phone number of the lead without its country code"


def with_other_phones(values: pl.DataFrame, source: Any, mapping: ColumnMapping) -> pl.DataFrame:
    """Return the values with a column of the further phones of each row, if there are any.

    A column that is left out on purpose counts, too: it is only compared, and not sent.

    >>> people = pl.DataFrame({"Tel": ["030 901820"], "Mobile": ["0171 3200001"]})
    >>> with_other_phones(pl.DataFrame({"phone": ["+4930901820"]}), people, ColumnMapping({"Tel": "phone"})).rows()
    [('+4930901820', '030 901820; 0171 3200001')]
    """
    mapped = [column for column, key in mapping.columns.items() if key == "phone"]
    named = [column for column in column_names(source) if column and column not in {*mapping.columns, *mapping.roles}]
    columns = [*mapped, *phone_columns(map(str, named))]
    cells = pl.DataFrame({f"{place}": as_text(cells_of(source, column)) for place, column in enumerate(columns)})
    found = phones_of(open_frame(cells), cells.columns) if columns else pl.DataFrame()
    few = found.filter((pl.len().over("row") > 1) | (pl.col("place") >= len(mapped))) if columns else found
    if few.is_empty():
        return values
    of_rows = (
        few.group_by("row", maintain_order=True).agg(pl.col("phone").str.join("; ")).rename({"phone": OTHER_PHONES})
    )
    rows = pl.DataFrame({"row": pl.int_range(values.height, eager=True)}).join(of_rows, on="row", how="left")
    return values.with_columns(rows.sort("row")[OTHER_PHONES])


def links_by_phone_of_opted_out(frame: pl.DataFrame, leads: pl.DataFrame, known: KnownLeads) -> list[Link]:
    """Return links of rows to leads who opted out and have their phone, whatever else differs.

    A mobile is of one person. Colleagues and couples share other numbers: there a part of the name must be the same,
    and the number is not complete, or of a country that does not show whether it is a mobile.
    """
    gone = leads.filter(pl.col("id").is_in([*known.opted_out]))
    if "phone" not in frame.columns or "phone" not in gone.columns or gone.is_empty():
        return []
    holders: dict[str, dict[str, str]] = defaultdict(dict)
    numbers: dict[str, list[str]] = defaultdict(list)
    for lead, phone, name in zip(gone["id"], gone["phone"], folded_names(gone), strict=True):
        digits = _digits(phone) if phone and phone.startswith("+") else ""
        for end in range(len(digits) - _FEWEST_DIGITS + 1) if digits not in holders else ():
            numbers[digits[end:]].append(digits)
        for word in (_ANYONE, *(_words(name) or (_NAMELESS,))):
            holders[digits].setdefault(word, lead)
    kind = cache(lambda number: is_mobile(f"+{number}"))  # only of numbers that rows have: to look one up takes long
    found: list[Link] = []
    for row, (phone, name) in enumerate(zip(frame["phone"], folded_names(frame), strict=True)):
        is_whole = bool(phone) and phone.startswith("+")
        for digits in _possible_digits(phone or ""):
            for number in numbers.get(digits, ()):
                if is_whole and (number != digits or kind(number) is False):
                    continue
                mobile = kind(number)
                words = set[str]() if mobile else _words(name)
                lead = next(_holders_with(words, holders[number]), None)
                if lead is not None:
                    why = _SAME_MOBILE if is_whole and mobile else _SAME_NUMBER if is_whole else _WITHOUT_CODE
                    found.append(Link(row, lead, LIKELY, why))
    return found


def _holders_with(words: set[str], holders: Mapping[str, str]) -> Iterator[str]:
    """Yield leads with one of some words in their names, or without a name; any lead if there are no words."""
    asked = (*sorted(words), _NAMELESS) if words else (_ANYONE,)
    return (holders[word] for word in asked if word in holders)


def _possible_digits(phone: str) -> Iterator[str]:
    """Yield the digits of a number, and without what is dialled before a national one.

    >>> [*_possible_digits("+49 30 901820")], [*_possible_digits("(0171) 32 00 00 01")], [*_possible_digits("901820")]
    (['4930901820'], ['017132000001', '17132000001'], [])
    """
    digits = _digits(phone)
    ends = (
        [digits]
        if phone.startswith("+")
        else [digits, *(digits[len(dial) :] for dial in _TRUNKS if digits.startswith(dial))]
    )
    yield from (end for end in dict.fromkeys(ends) if len(end) >= _FEWEST_DIGITS)


def _digits(phone: str) -> str:
    return "".join(filter(str.isdecimal, phone.partition("x")[0]))


def _words(name: str) -> set[str]:
    """Return the words of a name that say who it is."""
    return {word for word in name.split() if len(word) >= _SHORTEST_WORD}


def links_to_opted_out(frame: pl.DataFrame, leads: pl.DataFrame, known: KnownLeads) -> list[Link]:
    """Return links of rows with further phones to the leads who opted out, deleted ones included."""
    gone = leads.filter(pl.col("id").is_in([*known.opted_out]))
    if OTHER_PHONES not in frame.columns or gone.is_empty():
        return []
    rows = frame.with_row_index("place").drop_nulls(OTHER_PHONES)
    found = find_suppressed(open_frame(rows), open_frame(gone))
    return [
        Link(rows["place"][row], gone["id"][person], probability, reasons)
        for row, person, probability, reasons in found.rows()
    ]
