"""Find the rows of a list that are perhaps of people on its sheets of whom not to contact, by what these sheets have.

An address says who it is. A name, a phone, a company or a domain does not: such a row waits for a person.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise, permutations
from typing import Any, Final, NamedTuple

from pb2b_notebook.cleanup.linkage.names.company_names import split_name
from pb2b_notebook.cleanup.values.given_names import formal_names
from pb2b_notebook.intake.cells_with_several import EMAIL
from pb2b_notebook.intake.rule_links import folded_names
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mapping import Mapping as ColumnMapping
from pb2b_notebook.mapping.columns import cells_of, column_names
from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.openapi.import_cells import is_blank
from pb2b_notebook.upserts.planning.opted_out import UNCLEAR_LIST

_PEOPLE: Final = frozenset({"email", "full_name", "first_name", "last_name", "phone"})
_DOMAIN: Final = re.compile(r"@?((?:[a-z0-9-]+\.)+[a-z]{2,})")
_PHONE: Final = re.compile(r"\+?[\d\s()/.\-–]{7,24}")
_FEWEST_DIGITS: Final = 7
_MOST_WORDS: Final = 8
"""Words of a name and a title: more are a remark."""
_LONGEST: Final = 100
_FEWEST_WORDS: Final = 2


class Line(NamedTuple):
    """A line of such a sheet.

    Attributes:
        sheet: Name of the sheet.
        cells: Its cells as text.
        family: Family name, where the sheet has no given names.
        company: Name of its company.
        of_company: Whether the sheet is of companies, and not of people.
    """

    sheet: str
    cells: tuple[str, ...]
    family: str = ""
    company: str = ""
    of_company: bool = False


@dataclass(frozen=True)
class Refused:
    """What the sheets of a workbook say about whom not to contact.

    Attributes:
        addresses: Email address → why.
        lines: All lines of these sheets.
        whole: Name of the list itself, if it is such a list.
        unread: Sheet → why it is not used.
    """

    addresses: Mapping[str, str] = field(default_factory=dict)
    lines: Sequence[Line] = ()
    whole: str | None = None
    unread: Mapping[str, str] = field(default_factory=dict)

    def doubts(self, frame: pl.DataFrame, phones: Sequence[str]) -> dict[int, str]:
        """Return position of a row → why it waits, for rows that are perhaps of these people.

        Args:
            frame: Values of the list.
            phones: Its columns of phones.
        """
        if self.whole is not None:
            return dict.fromkeys(range(frame.height), f"it is in {self.whole}, {UNCLEAR_LIST}")
        if not self.lines:
            return {}
        found = _by_company(self.lines, frame) | _by_phone(self.lines, frame, phones) | _by_name(self.lines, frame)
        return {row: f"{what} is on the sheet {sheet!r}, {UNCLEAR_LIST}" for row, (what, sheet) in found.items()}


def read_refused(frame: Any, sheet: str, fields: Mapping[str, LeadField]) -> tuple[set[str], list[Line], str | None]:
    """Return the addresses of a sheet, its lines, and why it is not used.

    Args:
        frame: The sheet.
        sheet: Its name.
        fields: The lead fields of the workspace.
    """
    names = column_names(frame)
    if not names:
        return set(), [], None
    columns = ColumnMapping.suggest(frame, fields).columns if len(frame) else {}
    keys = {*columns.values()}
    of = {key: names.index(column) for column, key in columns.items()}
    rows = [names, *zip(*(cells_of(frame, name) for name in names), strict=True)]
    texts = [tuple("" if is_blank(cell) else _as_text(cell) for cell in row) for row in rows]
    addresses = {found.strip(".'") for row in texts for cell in row for found in EMAIL.findall(cell.lower())}
    of_company = _PEOPLE.isdisjoint(keys) and not addresses
    lines = [
        Line(
            sheet,
            row,
            "" if "first_name" in keys or "last_name" not in of else row[of["last_name"]],
            row[of["company_name"]] if "company_name" in of else "",
            of_company,
        )
        for row in texts
    ]
    is_used = bool(addresses) or bool(keys & {*_PEOPLE, "company_name"}) or any(map(_domains_of, lines))
    return addresses, lines, None if is_used or not len(frame) else "it has no column of addresses, names or phones"


def _as_text(cell: Any) -> str:
    return str(cell).strip().removesuffix(".0")


def _domains_of(line: Line) -> list[str]:
    found = (_DOMAIN.fullmatch(cell.lower()) for cell in line.cells) if line.of_company else ()
    return [each[1].removeprefix("www.") for each in found if each]


def _by_company(lines: Sequence[Line], frame: pl.DataFrame) -> dict[int, tuple[str, str]]:
    sheets = {key: line.sheet for line in lines if line.of_company for key in (_company(line.company),) if key}
    domains = {domain: line.sheet for line in lines for domain in _domains_of(line)}
    found: dict[int, tuple[str, str]] = {}
    for row, name in enumerate(_texts(frame, "company_name")) if sheets else ():
        if (key := _company(name)) in sheets:
            found[row] = ("its company", sheets[key])
    for row, email in enumerate(_texts(frame, "email")) if domains else ():
        if (host := email.lower().rpartition("@")[2]) in domains:
            found[row] = ("the domain of its address", domains[host])
    return found


def _company(name: str) -> str:
    return " ".join((split_name(name).core or name).casefold().split())


def _by_phone(lines: Sequence[Line], frame: pl.DataFrame, phones: Sequence[str]) -> dict[int, tuple[str, str]]:
    ends: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in lines:
        for digits in (_digits(cell) for cell in line.cells if _PHONE.fullmatch(cell)):
            if len(digits) >= _FEWEST_DIGITS:
                ends[digits[-_FEWEST_DIGITS:]].append((digits, line.sheet))
    found: dict[int, tuple[str, str]] = {}
    for column in phones if ends else ():
        for row, text in enumerate(_texts(frame, column)):
            digits = _digits(text)
            for other, sheet in ends.get(digits[-_FEWEST_DIGITS:], ()):
                if digits.endswith(other) or other.endswith(digits):
                    found[row] = ("its phone", sheet)
    return found


def _digits(text: str) -> str:
    """Return the digits of a phone without the zeros before it.

    >>> _digits("+49 (30) 901820"), _digits("030/901820")
    ('4930901820', '30901820')
    """
    return re.sub(r"\D", "", text.replace("(0)", "")).lstrip("0")


def _by_name(lines: Sequence[Line], frame: pl.DataFrame) -> dict[int, tuple[str, str]]:
    index: dict[tuple[str, str, str], list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    families: dict[str, dict[str, str]] = defaultdict(dict)
    texts = [(text, line.sheet) for line in lines for text in _names_in(line.cells)]
    sheets = dict(zip(_words_of([text for text, _ in texts]), (sheet for _, sheet in texts), strict=True))
    for words, sheet in sheets.items():
        for key in _keys(words, of_line=True):
            index[key].append((words, sheet))
    of_family = [line for line in lines if line.family]
    for words, line in zip(_words_of([line.family for line in of_family]), of_family, strict=True):
        families[" ".join(words)][_company(line.company)] = line.sheet

    @cache  # in a list of one country, many rows and lines have the same name
    def find(words: tuple[str, ...]) -> str | None:
        near = (one for key in _keys(words, of_line=False) for one in index.get(key, ()))
        return max((sheet for other, sheet in near if _fit(words, other)), default=None)

    found: dict[int, tuple[str, str]] = {}
    names = [tuple(name.split()[:_MOST_WORDS]) for name in folded_names(frame)]
    for row, (words, company) in enumerate(zip(names, _texts(frame, "company_name"), strict=True)):
        known = families.get(words[-1] if words else "", {})
        of_company = known.get("") or known.get(_company(company)) if company else next(iter(known.values()), None)
        if on_sheet := find(words) or of_company:
            found[row] = ("its name", on_sheet)
    return found


def _names_in(cells: Sequence[str]) -> Iterator[str]:
    """Yield the texts of a line that may be a name: each cell, and two cells beside each other."""
    given = [cell for cell in cells if cell and len(cell) <= _LONGEST and not cell.isdigit()]
    yield from given
    yield from (f"{one} {other}" for one, other in pairwise(given))


def _words_of(texts: Sequence[str]) -> list[tuple[str, ...]]:
    folded = folded_names(pl.DataFrame({"full_name": pl.Series(texts, dtype=pl.String)}))
    names = (tuple(text.split()) for text in folded)
    return [words if len(words) <= _MOST_WORDS else () for words in names]


def _keys(words: Sequence[str], *, of_line: bool) -> set[tuple[str, str, str]]:
    """Return what two names have in common if one fits the other: two whole words, or a word and an initial.

    >>> _keys(("k", "demo"), of_line=True) & _keys(("demo", "karl"), of_line=False)
    {('short', 'demo', 'k')}
    >>> ("full", "robert", "demo") in _keys(("bob", "demo"), of_line=True)
    True
    """
    if len(words) == 1 and not words[0].isascii():
        return {("full", words[0], "")}  # 野口智也 has no spaces
    pairs = [
        (name, other)
        for one, whole in permutations(words, 2)
        for name, other in (
            (one, whole),
            *((formal, whole) for formal in _formal(one)),
            *((one, formal) for formal in _formal(whole)),
        )
        if len(name) > 1
    ]
    whole = {("full", one, other) for one, other in pairs if len(other) > 1}
    short, other_short = ("short", "any") if of_line else ("any", "short")
    whole |= {(short, one, other) for one, other in pairs if len(other) == 1}
    return whole | {(other_short, one, other[0]) for one, other in pairs if len(other) > 1 or not of_line}


def _fit(words: Sequence[str], others: Sequence[str]) -> bool:
    """Return whether the words of a shorter name are among those of a longer one, or initials of them.

    >>> _fit(("karl", "demo"), ("demo", "karl", "heinz")), _fit(("k", "demo"), ("karl", "demo"))
    (True, True)
    >>> _fit(("karl", "demo"), ("ada", "demo")), _fit(("demo",), ("karl", "demo"))
    (False, False)
    >>> _fit(("bob", "demo"), ("robert", "demo")), _fit(("bob", "demo"), ("bill", "demo"))
    (True, False)
    """
    few, many = sorted((words, others), key=len)
    if len(few) < _FEWEST_WORDS:
        return few == many
    rest = [*many]
    for word in sorted(few, key=len, reverse=True):
        at = next((at for at, other in enumerate(rest) if _is_word(word, other)), None)
        if at is None:
            return False
        del rest[at]
    return True


def _is_word(word: str, other: str) -> bool:
    if 1 in {len(word), len(other)}:
        return word[0] == other[0]
    return word == other or not {word, *_formal(word)}.isdisjoint({other, *_formal(other)})


def _formal(name: str) -> frozenset[str]:
    """Return the given names for which a nickname may stand: a sheet of refusals has them as people are called."""
    return formal_names().get(name, frozenset())


def _texts(frame: pl.DataFrame, name: str) -> list[str]:
    if name not in frame.columns:
        return [""] * frame.height
    texts: list[str] = frame[name].cast(pl.String).fill_null("").to_list()
    return texts
