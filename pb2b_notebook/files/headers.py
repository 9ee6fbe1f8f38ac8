"""Find the line with the column names, and make the names unique."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from pb2b_notebook.display.counting import count_text
from pb2b_notebook.errors import InvalidParameterError
from pb2b_notebook.files.reports import Finding

HEADER_ROWS: Final = 50
"""Rows that are inspected; the header is among the first :data:`_LAST_HEADER_ROW`."""

_LAST_HEADER_ROW: Final = 20
_FULL: Final = 0.6
"""Lowest share of the usual width of a row of the table; a narrower row above it is a title."""
_MOST_BARE: Final = 0.6
_NUMERIC: Final = 0.5
_MOSTLY: Final = 0.8
_FEWEST_GROUPS: Final = 2
_MANY_GROUPS: Final = 3
"""Labels in a row above the names from which on it is not a title, as "Our leads" and "confidential" are."""
_LONGEST_GROUP: Final = 30
_FEWEST_NAMES: Final = 4
"""Columns of a table from which on a row below a title may be its header."""
_MOVED_NAMES: Final = 3
"""Names of columns that one table has at other places than another: no table goes on in the other."""
_OF_ANYTHING: Final = frozenset(
    {
        "name", "nombre", "nom", "nome", "naam", "nazwa", "navn", "namn", "bezeichnung", "number", "nummer", "nr", "no",
        "id", "code", "type", "typ", "art", "date", "datum",
    }
)  # fmt: skip
"""Names of columns that say nothing without their group: the "Name" below "Company" is that of the company."""
_ANSWERS: Final = frozenset({
    "response", "open-ended response", "antwort", "freitextantwort", "réponse", "réponse libre", "respuesta",
    "respuesta abierta", "risposta", "risposta aperta", "resposta", "resposta aberta", "antwoord", "open antwoord",
})  # fmt: skip
"""What SurveyMonkey writes below a question that has one answer."""
_DATUM: Final = re.compile(
    r"[^@\s]+@[^@\s]+\.[^@\s]+|(https?://|www\.)\S+|[0-9]{4}-[0-9]{2}-[0-9]{2}.*|[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2,4}"
    r"|(\+|00)[0-9 ()./-]{7,}",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(r"\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*")
_OF_ADDRESSES: Final = re.compile("mail|correo|courriel|post|почта|пошта|メール|邮|이메일", re.IGNORECASE)
"""What stands in the name of a column of email addresses, in most languages."""
_OF_PEOPLE: Final = re.compile(
    r"((first|last|full|given|family|contact|vor|nach)[ _-]?)?names?|nom( complet)?|prénom|nombre|apellidos?|nome"
    r"|cognome|naam|voornaam|navn|namn|imię|nazwisko|jméno|příjmení|имя|фамилия|фио|氏名|姓名|이름"
    r"|firma|company|empresa|société|entreprise|azienda|bedrijf|företag|spółka|компания|会社名|公司|회사",
    re.IGNORECASE,
)
"""What columns of people and companies are usually called, and nothing else."""
_NUMBER: Final = re.compile(r"[+-]?[0-9][0-9.,' ]*%?")


@dataclass(frozen=True, slots=True)
class Header:
    """Where the table begins.

    Attributes:
        row: Position of the row with the names, from 0; ``None`` if there is none.
        first: Position of the first data row, from 0.
        above: Number of rows above the table that are not blank.
        groups: Position of the row above the names that names groups of columns; ``None`` if there is none.
    """

    row: int | None
    first: int
    above: int = 0
    groups: int | None = None


def find_header(rows: Sequence[Sequence[str]], remembered: Iterable[str] = ()) -> Header:
    """Find the column names among the first rows of a file.

    The first row that is about as wide as most rows is the header, unless it contains data, such as an email address, a
    date or mostly numbers. Narrower rows above it are titles. A row with the remembered names is the header. Of several
    tables that have the same names at other places, each below a title, as in Zoom's report of attendees, it is that of
    the widest.

    >>> find_header([["Our leads"], [], ["Name", "Mail"], ["Ada", "ada@example.com"]])
    Header(row=2, first=3, above=1, groups=None)
    >>> find_header([["Ada", "ada@example.com"], ["Bob", "bob@example.com"]])
    Header(row=None, first=0, above=0, groups=None)
    """
    known = set(remembered)
    for place, row in enumerate(rows[:_LAST_HEADER_ROW]):
        if known and len(known & set(row)) * 2 > len(known):
            return _header_at(rows, place)
    if (of_widest := _widest_section(rows[:_LAST_HEADER_ROW])) is not None:
        return _header_at(rows, of_widest)
    width = usual_width(rows)
    for place, row in enumerate(rows[:_LAST_HEADER_ROW]):
        filled = [cell for cell in row if cell.strip()]
        if filled and len(filled) >= _FULL * width:
            named = not _is_data(filled)
            below = _names_above_addresses(rows, place)
            if below is not None and (not named or _are_other_names(rows[place], rows[below])):
                return _header_at(rows, below)
            is_above = named and (_is_above_names(rows, place) or _is_above_answers(rows, place))
            return _header_at(rows, place + is_above, named=named)
    return Header(0, 1)


def _widest_section(rows: Sequence[Sequence[str]]) -> int | None:
    """Return the position of the names of the widest table, if an earlier one has several of them at other places."""
    heads: dict[int, dict[str, int]] = {}
    for place, (title, row) in enumerate(pairwise(rows)):
        names = {_fold(cell): column for column, cell in enumerate(row) if cell.strip()}
        filled = [cell for cell in row if cell.strip()]
        is_head = len(names) == len(filled) >= _FEWEST_NAMES and not _is_data(filled)
        if is_head and sum(bool(cell.strip()) for cell in title) == 1:
            heads[place + 1] = names
    widest = max(heads, key=lambda place: len(heads[place]), default=0)
    for place, names in heads.items():
        moved = [name for name, column in heads[widest].items() if names.get(name, column) != column]
        if place < widest and len(names) < len(heads[widest]) and len(moved) >= _MOVED_NAMES:
            return widest
    return None


def requested_header(header: object, rows: Sequence[Sequence[str]], unread: int = 0) -> Header:
    """Return the header that the caller names: a line number from 1, or ``False`` for none.

    Args:
        header: The caller's argument.
        rows: The first :data:`HEADER_ROWS` rows, as text.
        unread: Number of lines before them that are not rows, but are counted.

    Raises:
        InvalidParameterError: ``header`` is neither of them, or is a line beyond the end of the file.
    """
    if header is False:
        return Header(None, 0)
    last = len(rows) + unread
    if not isinstance(header, int) or header is True or not unread < header <= last:
        raise InvalidParameterError(
            f"header must be the line of the column names, from {unread + 1} to {last}, or False",
            repair="leave it out to detect it",
        )
    return _header_at(rows, header - 1 - unread)


def _header_at(rows: Sequence[Sequence[str]], place: int, *, named: bool = True) -> Header:
    above = sum(any(cell.strip() for cell in row) for row in rows[:place])
    if not named:
        return Header(None, place, above)
    is_below = place > 0 and (_names_groups(rows[place - 1], rows[place]) or _is_above_answers(rows, place - 1))
    groups = place - 1 if is_below else None
    return Header(place, place + 1, above - (groups is not None), groups)


def _names_groups(above: Sequence[str], names: Sequence[str]) -> bool:
    """Return whether a row names groups of the columns below it: "Person" and "Company", each for several columns."""
    labels = [cell.strip() for cell in above if cell.strip()]
    if len(labels) < _FEWEST_GROUPS or len(above) > len(names) or len({*labels}) < len(labels):
        return False
    is_short = all(len(label) <= _LONGEST_GROUP and not re.search(r"[0-9:@/]", label) for label in labels)
    return is_short and len(labels) < sum(bool(name.strip()) for name in names)


def _names_above_addresses(rows: Sequence[Sequence[str]], place: int) -> int | None:
    """Return the position of the names below a wide row of facts about the list, such as "Created" and a date.

    It is the row above the first email address, and calls their column one of addresses.
    """
    for at, (names, below) in enumerate(pairwise(rows[place : _LAST_HEADER_ROW + 1]), place):
        if any(map(_ADDRESS.fullmatch, names)):
            return None
        columns = [column for column, cell in enumerate(below) if _ADDRESS.fullmatch(cell)]
        if columns:
            named = all(column < len(names) and _OF_ADDRESSES.search(names[column]) for column in columns)
            return at if named and not _is_data([name for name in names if name.strip()]) else None
    return None


def _are_other_names(first: Sequence[str], names: Sequence[str]) -> bool:
    """Return whether a row is of names, below names of facts about the list, such as "Event" and "City".

    Facts name no column of addresses, and one of the names is that of people or companies: "mail follows" is a value.
    """
    is_of_list = not any(map(_OF_ADDRESSES.search, first)) and not any(_OF_PEOPLE.fullmatch(c.strip()) for c in first)
    return is_of_list and any(_OF_PEOPLE.fullmatch(cell.strip()) for cell in names)


def _is_above_names(rows: Sequence[Sequence[str]], place: int) -> bool:
    """Return whether a wide row only names groups, and the names follow: in a column of data, the next row has text."""
    names = rows[place + 1] if place + 1 < len(rows) else []
    filled = [cell for cell in names if cell.strip()]
    if not filled or _is_data(filled) or not _names_groups(rows[place], names):
        return False
    for column, name in enumerate(names):
        cells = [row[column] for row in rows[place + 2 :] if column < len(row) and row[column].strip()]
        if name.strip() and cells and sum(_is_data([cell]) for cell in cells) >= _MOSTLY * len(cells):
            return True
    return False


def _is_above_answers(rows: Sequence[Sequence[str]], place: int) -> bool:
    """Return whether a row has the questions of a survey, and the next one their parts: "Response", "Company"."""
    above, below = rows[place], rows[place + 1] if place + 1 < len(rows) else []
    answers = [at for at, cell in enumerate(below) if _fold(cell) in _ANSWERS]
    asked = all(at < len(above) and above[at].strip() for at in answers)
    return bool(answers) and asked and bool(above[0].strip()) and not below[0].strip()


def header_cells(rows: Sequence[Sequence[str]], header: Header) -> list[str]:
    """Return the cells of the header; the name of the group stands where a name is blank or needs it.

    >>> rows = [["Person", "", "Company", "Notes"], ["Name", "Title", "Name", ""], ["Ada", "CTO", "Engines", "-"]]
    >>> header_cells(rows, Header(1, 2, 0, groups=0))
    ['Person Name', 'Title', 'Company Name', 'Notes']
    >>> rows = [["Respondent ID", "Your details:", "", "May we call you?"], ["", "Name", "Company", "Response"]]
    >>> header_cells(rows, find_header([*rows, ["1", "Ada", "Engines", "Yes"]]))
    ['Respondent ID', 'Name', 'Company', 'May we call you?']
    """
    if header.row is None:
        return []
    cells = list(rows[header.row])
    if header.groups is None:
        return cells
    above, counts, joined = [cell.strip() for cell in rows[header.groups]], Counter(map(_fold, cells)), []
    few = sum(map(bool, above)) < _MANY_GROUPS or not _ANSWERS.isdisjoint(counts)
    group = ""
    for place, cell in enumerate(cells):
        own = above[place] if place < len(above) else ""
        group = own or group
        if not cell.strip() or (own and _fold(cell) in _ANSWERS):
            joined.append(own)
        elif group and (counts[_fold(cell)] > 1 or (_fold(cell) in _OF_ANYTHING and not few)):
            joined.append(f"{group} {cell.strip()}")
        else:
            joined.append(cell)
    return joined


def _fold(cell: str) -> str:
    return cell.strip().casefold().rstrip(".:")


def column_names(cells: Sequence[str], width: int, remembered: Iterable[str] = ()) -> tuple[list[str], list[bool], int]:
    """Return a unique name for each column, which of them the header has, and how many were duplicates.

    A blank name becomes ``column_<position>``; later columns with the same name get a number. Remembered names stay.

    >>> column_names([" Mail ", "", "Mail"], 4)
    (['Mail', 'column_2', 'Mail_2', 'column_4'], [True, False, True, False], 1)
    """
    exact = set(remembered)
    given = [cell if cell in exact else " ".join(cell.replace("\0", "").split()) for cell in cells[:width]]
    given += [""] * (width - len(given))
    names: dict[str, None] = {}
    numbers = dict.fromkeys(given, 1)  # the highest number that was added to each name
    duplicates = 0
    for place, cell in enumerate(given):
        name = free = cell or f"column_{place + 1}"
        duplicates += name in names
        while free in names or (free != name and free in numbers):
            numbers[name] = numbers.get(name, 1) + 1
            free = f"{name}_{numbers[name]}"
        names[free] = None
    return list(names), list(map(bool, given)), duplicates


def header_findings(header: Header, duplicates: int, unnamed: int) -> list[Finding]:
    """Return the findings about a header: lines above it that were left out, and names that were changed."""
    findings = []
    if header.above:
        message = f"{count_text(header.above, 'line')} above the table left out"
        findings.append(Finding("preamble", message, header.above))
    if header.groups is not None:
        message = "2 lines with names of columns: joined where one of them does not say enough"
        findings.append(Finding("joined_header", message, 2))
    if duplicates:
        message = f"{count_text(duplicates, 'column')} with the name of an earlier column: a number was added"
        findings.append(Finding("duplicate_header", message, duplicates))
    if unnamed and header.row is not None:
        message = f"{count_text(unnamed, 'column')} without a name: named by position"
        findings.append(Finding("unnamed_column", message, unnamed))
    return findings


def usual_width(rows: Sequence[Sequence[str]], *, most: bool = False) -> int:
    """Return the most common width of the rows; with ``most``, 1 unless more than half of them have it.

    Rows of one cell are titles, names of groups and remarks where many rows have more.
    """
    widths = Counter(_extent(row) for row in rows)
    widths.pop(0, None)
    if not most and widths[1] <= _MOST_BARE * widths.total():
        widths.pop(1, None)
    width = max(widths, key=lambda width: (widths[width], width), default=1)
    return 1 if most and widths[width] * 2 <= widths.total() else width


def _extent(row: Sequence[str]) -> int:
    """Return the width of a row: its cells up to the last one that is not blank."""
    return next((place for place in range(len(row), 0, -1) if row[place - 1].strip()), 0)


def _is_data(cells: Sequence[str]) -> bool:
    if any(_DATUM.fullmatch(cell.strip()) for cell in cells):
        return True
    return sum(bool(_NUMBER.fullmatch(cell.strip())) for cell in cells) >= _NUMERIC * len(cells)
