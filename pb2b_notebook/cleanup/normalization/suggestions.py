"""What was probably meant otherwise, and is a person's to decide: slips in domains, a whole name in one half of it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook.cleanup.cells import Cells, map_distinct, parts_after_at, transform_distinct
from pb2b_notebook.cleanup.rewriting import Change
from pb2b_notebook.cleanup.values.email_checks import closest_domain, corrected_domain, free_providers
from pb2b_notebook.openapi.import_cells import is_blank

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pb2b_notebook.cleanup.frames import OpenFrame
    from pb2b_notebook.cleanup.row_context import RowContext

RULES: Final = ("email_domain_typo", "name_unsplit")

FAMILY_FIRST: Final = frozenset({"CN", "HU", "JP", "KR", "TW", "VN"})
"""Where the family name comes first."""

_OFTEN: Final = 20
"""How many times as often as another a domain is to occur to be what the other was meant to be."""
_COLUMNS: Final = ("row", "field", "value", "suggestion", "rule")


class Suggestion(NamedTuple):
    """One value that was probably meant otherwise."""

    row: int
    column: str
    value: str
    suggestion: str
    rule: str


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Suggestions by row and column."""

    listed: tuple[Suggestion, ...]

    def only(self, rules: frozenset[str]) -> Suggestions:
        """Those of some rules."""
        return Suggestions(tuple(one for one in self.listed if one.rule in rules))

    def without(self, rules: frozenset[str], kept: Mapping[str, frozenset[str]]) -> Suggestions:
        """Those of other rules, for values that are not to be kept."""
        left = (one for one in self.listed if one.rule not in rules and one.value not in kept.get(one.column, ()))
        return Suggestions(tuple(left))

    def of_columns(self, columns: Sequence[str]) -> Suggestions:
        """Those of some columns."""
        return Suggestions(tuple(one for one in self.listed if one.column in columns))

    def changes(self) -> dict[str, list[Change]]:
        """The changes that follow them, by column."""
        found: dict[str, list[Change]] = {}
        for one in self.listed:
            found.setdefault(one.column, []).append(
                Change(one.row, one.suggestion, one.value, one.suggestion, (f"accepted {one.rule}",))
            )
        return found

    def columns(self) -> dict[str, tuple[list[Any], str]]:
        """As the columns of a frame."""
        values = [list(column) for column in zip(*self.listed, strict=True)] or [[] for _ in _COLUMNS]
        kinds = ("int64", *["string"] * (len(_COLUMNS) - 1))
        return {name: (column, kind) for name, column, kind in zip(_COLUMNS, values, kinds, strict=True)}


def suggest(frame: OpenFrame, rows: RowContext) -> Suggestions:
    """All suggestions, by row."""
    return Suggestions(tuple(sorted([*_typos(frame, rows), *_unsplit(frame, rows)])))


def _typos(frame: OpenFrame, rows: RowContext) -> Iterator[Suggestion]:
    """Domains of addresses that are a slip of the company's, of a provider's, or of a far more frequent one."""
    column, company = rows.column("email"), rows.column("company_domain")
    if column is None:
        return
    texts = frame.text_or_values(column)
    domains = parts_after_at(texts, whole=False)
    owned = None if company is None else transform_distinct(frame.text_or_values(company), lambda value, _: value)
    # As they first come: of two that are as near, the first one wins.
    named = domains.alias("name").drop_nulls().to_frame().group_by("name", maintain_order=True)
    counts = dict(named.len().iter_rows())
    frequent = _frequent(counts)

    def meant(domain: str, own: str | None) -> str | None:
        return _meant(domain, own, counts, frequent)

    odd = domains.is_not_null() & ~domains.is_in(sorted(free_providers()))
    if owned is not None:
        odd &= ~(domains == owned).fill_null(value=False)
    places = odd.arg_true()
    for row, domain, other in map_distinct(Cells(places, domains.gather(places)), meant, owned):
        value = texts[row]
        yield Suggestion(row, column, value, f"{value[: len(value) - len(domain)]}{other}", "email_domain_typo")


def _meant(
    domain: str, own: str | None, counts: Mapping[str, int], frequent: Mapping[str, tuple[str, ...]]
) -> str | None:
    if own:
        meant = closest_domain(domain, (own,))
        if meant is not None:
            return meant
    meant = corrected_domain(domain)
    if meant is not None:
        return meant
    enough = _OFTEN * counts[domain]
    rivals = tuple(itertools.takewhile(lambda name: counts[name] >= enough, frequent.get(domain[:1], ())))
    return closest_domain(domain, rivals) if rivals else None


def _frequent(counts: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    """The frequent domains by their first letter, which a slip spares; the most frequent first."""
    found: dict[str, list[str]] = {}
    for name in sorted((name for name, count in counts.items() if count >= _OFTEN), key=lambda name: -counts[name]):
        found.setdefault(name[:1], []).append(name)
    return {letter: tuple(names) for letter, names in found.items()}


def _unsplit(frame: OpenFrame, rows: RowContext) -> Iterator[Suggestion]:
    """A given name that is the whole of two words, beside no family name."""
    full, first, last = rows.column("full_name"), rows.column("first_name"), rows.column("last_name")
    if full is None or first is None or last is None:
        return
    wholes, families = frame.text_or_values(full), frame.text_or_values(last)
    for row in _alike(frame, full, first):
        whole, family = wholes[row], families[row]
        if isinstance(whole, str) and is_blank(family) and whole.count(" ") == 1:
            given_name, family_name = whole.split(" ")[:: -1 if rows.country(row) in FAMILY_FIRST else 1]
            yield Suggestion(row, first, whole, given_name, "name_unsplit")
            yield Suggestion(row, last, "", family_name, "name_unsplit")


def _alike(frame: OpenFrame, one: str, other: str) -> list[int]:
    """The rows where two columns hold the same."""
    texts = frame.text_column(one), frame.text_column(other)
    if texts[0] is not None and texts[1] is not None:
        found: list[int] = (texts[0] == texts[1]).fill_null(value=False).arg_true().to_list()
        return found
    pairs = zip(frame.values(one), frame.values(other), strict=True)
    return [row for row, (value, same) in enumerate(pairs) if isinstance(value, str) and value == same]
