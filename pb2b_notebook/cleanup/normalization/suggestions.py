"""Suggest corrections that a person must decide: domains, names, companies, phone numbers."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook.cleanup.cells import Cells, map_distinct, parts_after_at
from pb2b_notebook.cleanup.rewriting import Change
from pb2b_notebook.cleanup.values.companies import suggested_case
from pb2b_notebook.cleanup.values.email_checks import closest_domain, corrected_domain, free_providers
from pb2b_notebook.cleanup.values.family_names import FORMER, without_former_name
from pb2b_notebook.cleanup.values.name_order import in_reading_order
from pb2b_notebook.cleanup.values.phones import ambiguous_phone
from pb2b_notebook.cleanup.values.several_people import is_of_several
from pb2b_notebook.openapi.import_cells import is_blank

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pb2b_notebook.cleanup.frames import OpenFrame
    from pb2b_notebook.cleanup.row_context import RowContext

RULES: Final = (
    "company_case",
    "email_domain_typo",
    "former_name",
    "name_unsplit",
    "phone_calling_code",
    "reading_order",
)

FAMILY_FIRST: Final = frozenset({"CN", "HU", "JP", "KR", "TW", "VN"})
"""Countries where the family name comes first."""

_OFTEN: Final = 20
"""How many times more often than its misspelling a domain must occur."""
_COLUMNS: Final = ("row", "field", "value", "suggestion", "rule")


class Suggestion(NamedTuple):
    """One value that is probably wrong, with a correction.

    Attributes:
        row: Row position from 0.
        column: Name of the column.
        value: Value of the cell.
        suggestion: Value that was probably intended.
        rule: Rule that found it.
    """

    row: int
    column: str
    value: str
    suggestion: str
    rule: str


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Suggestions, sorted by row and column."""

    items: tuple[Suggestion, ...]

    def only(self, rules: frozenset[str]) -> Suggestions:
        """Return the suggestions of some rules."""
        return Suggestions(tuple(item for item in self.items if item.rule in rules))

    def without(self, rules: frozenset[str], kept: Mapping[str, frozenset[str]]) -> Suggestions:
        """Return the suggestions of other rules, without those for values that are kept."""
        return Suggestions(
            tuple(i for i in self.items if i.rule not in rules and i.value not in kept.get(i.column, ()))
        )

    def of_columns(self, columns: Sequence[str]) -> Suggestions:
        """Return the suggestions for some columns."""
        return Suggestions(tuple(item for item in self.items if item.column in columns))

    def changes(self) -> dict[str, list[Change]]:
        """Return the changes that apply the suggestions, by column."""
        found: dict[str, list[Change]] = {}
        for item in self.items:
            found.setdefault(item.column, []).append(
                Change(item.row, item.suggestion, item.value, item.suggestion, (f"accepted {item.rule}",))
            )
        return found

    def columns(self) -> dict[str, tuple[list[Any], str]]:
        """Return the suggestions as columns of a frame."""
        values = [list(column) for column in zip(*self.items, strict=True)] or [[] for _ in _COLUMNS]
        kinds = ("int64", *["string"] * (len(_COLUMNS) - 1))
        return {name: (column, kind) for name, column, kind in zip(_COLUMNS, values, kinds, strict=True)}


def suggest(frame: OpenFrame, rows: RowContext) -> Suggestions:
    """Return all suggestions for a frame, sorted by row."""
    found = [
        *_typos(frame, rows),
        *_unsplit_names(frame, rows),
        *_former_names(rows),
        *_companies_in_one_case(rows),
        *_family_first(rows),
        *_calling_codes(rows),
    ]
    return Suggestions(tuple(sorted(found)))


def _typos(frame: OpenFrame, rows: RowContext) -> Iterator[Suggestion]:
    """Suggest the domain that an email address misspells: the company's, a free provider's, or a frequent one."""
    column, company = rows.column("email"), rows.column("company_domain")
    if column is None:
        return
    texts = frame.text_or_values(column)
    domains = parts_after_at(texts, whole=False)
    owned = None if company is None else rows.texts("company_domain")
    counts = dict(rows.facts.counts("domains email").iter_rows())
    frequent = _frequent(counts)

    def correct(domain: str, own: str | None) -> str | None:
        return _corrected_domain(domain, own, counts, frequent)

    odd = domains.is_not_null() & ~domains.is_in(sorted(free_providers()))
    if owned is not None:
        odd &= ~(domains == owned).fill_null(value=False)
    places = odd.arg_true()
    for row, domain, corrected in map_distinct(Cells(places, domains.gather(places)), correct, owned):
        value = texts[row]
        yield Suggestion(row, column, value, f"{value[: len(value) - len(domain)]}{corrected}", "email_domain_typo")


def _corrected_domain(
    domain: str, own: str | None, counts: Mapping[str, int], frequent: Mapping[str, tuple[str, ...]]
) -> str | None:
    if own:
        corrected = closest_domain(domain, (own,))
        if corrected is not None:
            return corrected
    corrected = corrected_domain(domain)
    if corrected is not None:
        return corrected
    enough = _OFTEN * counts[domain]
    rivals = tuple(itertools.takewhile(lambda name: counts[name] >= enough, frequent.get(domain[:1], ())))
    return closest_domain(domain, rivals) if rivals else None


def _frequent(counts: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    """Return the frequent domains by first letter, the most frequent first: a misspelling keeps the first letter.

    Of two equally frequent domains the first in alphabetical order wins, wherever it is in the list.
    """
    found: dict[str, list[str]] = {}
    for _, name in sorted((-count, name) for name, count in counts.items() if count >= _OFTEN):
        found.setdefault(name[:1], []).append(name)
    return {letter: tuple(names) for letter, names in found.items()}


def _unsplit_names(frame: OpenFrame, rows: RowContext) -> Iterator[Suggestion]:
    """Suggest to split a full name of two words that is in the given-name column, next to a blank family name."""
    full, first, last = rows.column("full_name"), rows.column("first_name"), rows.column("last_name")
    if full is None or first is None or last is None:
        return
    wholes, families = frame.text_or_values(full), frame.text_or_values(last)
    for row in _equal_rows(frame, full, first):
        whole, family = wholes[row], families[row]
        if isinstance(whole, str) and is_blank(family) and whole.count(" ") == 1:
            given_name, family_name = whole.split(" ")[:: -1 if rows.country(row) in FAMILY_FIRST else 1]
            yield Suggestion(row, first, whole, given_name, "name_unsplit")
            yield Suggestion(row, last, "", family_name, "name_unsplit")


def _former_names(rows: RowContext) -> Iterator[Suggestion]:
    """Suggest names without the family name of birth behind them: "Schulze geb. Adler"."""
    for key in ("full_name", "last_name"):
        column, names = rows.column(key), rows.texts(key)
        if column is None:
            continue
        for row in names.str.contains(FORMER).fill_null(value=False).arg_true():
            if (in_use := without_former_name(names[row])) is not None:
                yield Suggestion(row, column, names[row], in_use, "former_name")


def _companies_in_one_case(rows: RowContext) -> Iterator[Suggestion]:
    """Suggest the usual case of names in one case in a list of mixed case: QB HOUSE and "bebe stores" may be brands."""
    column = rows.column("company_name")
    names = rows.texts("company_name")
    if column is None or rows.facts.company_case != "mixed":
        return
    dotted = rows.facts.writes_dotted_i("company_name")
    places = (~names.str.contains("[a-z].*[A-Z]|[A-Z].*[a-z]")).fill_null(value=False).arg_true()
    some = names.gather(places)
    places = places.filter((some == some.str.to_uppercase()) | (some == some.str.to_lowercase()))

    def usual_case(name: str, country: str | None) -> str | None:
        return suggested_case(name, country, dotted=dotted)

    for row, name, suggestion in map_distinct(Cells(places, names.gather(places)), usual_case, rows.countries):
        yield Suggestion(row, column, name, suggestion, "company_case")


def _family_first(rows: RowContext) -> Iterator[Suggestion]:
    """Suggest the order of reading for whole names that are surely written family name first: "Kühn, Dirk".

    Such a name in the column of family names, beside a blank given name, is split.
    """
    first = rows.column("first_name")
    for key in ("full_name", "last_name"):
        column, names = rows.column(key), rows.texts(key)
        if column is None or (key == "last_name" and first is None):
            continue
        for row in names.str.contains(",", literal=True).fill_null(value=False).arg_true():
            name, beside = names[row], rows.text(row, "first_name") if key == "last_name" else None
            parts = None if is_of_several(name) else in_reading_order(name, rows.name(row), rows.text(row, "email"))
            if parts is None or not is_blank(beside):
                continue
            if key == "full_name":
                yield Suggestion(row, column, name, " ".join(parts), "reading_order")
            elif first is not None:
                yield Suggestion(row, first, "", parts[0], "reading_order")
                yield Suggestion(row, column, name, parts[1], "reading_order")


def _calling_codes(rows: RowContext) -> Iterator[Suggestion]:
    """Suggest the plus of numbers whose first digits are the calling code of their country, or an area code in it."""
    column, numbers = rows.column("phone"), rows.texts("phone")
    if column is None:
        return
    places = numbers.str.contains("^[^+]").fill_null(value=False).arg_true()
    for row, number, suggestion in map_distinct(Cells(places, numbers.gather(places)), ambiguous_phone, rows.countries):
        yield Suggestion(row, column, number, suggestion, "phone_calling_code")


def _equal_rows(frame: OpenFrame, first: str, second: str) -> list[int]:
    """Return the rows in which two columns hold the same text."""
    texts = frame.text_column(first), frame.text_column(second)
    if texts[0] is not None and texts[1] is not None:
        found: list[int] = (texts[0] == texts[1]).fill_null(value=False).arg_true().to_list()
        return found
    pairs = zip(frame.values(first), frame.values(second), strict=True)
    return [row for row, (value, same) in enumerate(pairs) if isinstance(value, str) and value == same]
