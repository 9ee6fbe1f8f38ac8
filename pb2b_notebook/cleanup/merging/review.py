"""Why a cluster is not merged without a person's yes: it may be two people, or the merge would hide a decision."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook.cleanup.linkage.names.company_names import marks_differ
from pb2b_notebook.cleanup.linkage.names.folding import as_text
from pb2b_notebook.cleanup.linkage.names.person_names import name_parts
from pb2b_notebook.cleanup.linkage.pairs.features import ABBREVIATED
from pb2b_notebook.cleanup.merging.survivorship import (
    NAMES,
    WHOLE_NAME,
    Members,
    status_word,
    survivor,
)
from pb2b_notebook.cleanup.values.placeholders import is_identifying
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.opt_outs import FUNNEL, is_opted_out

if TYPE_CHECKING:
    from pb2b_notebook.cleanup.linkage.results.clustered_rows import ClusteredRows

COMPANIES: Final = "different companies"
MIDDLE_NAMES: Final = "different middle names or family names"
GENERATIONS: Final = "one is junior, senior or numbered, and differs"
INTO_OPTED_OUT: Final = "others would be merged into a lead that has opted out"
OPPOSITE: Final = "one is qualified, another disqualified"
UNKNOWN_STATUS: Final = "a status that is not one of the service's"
_ALIKE: Final = 0.9
"""Least Jaro similarity of two spellings of one company; two names that only begin alike stay below it."""
_GENERATIONS: Final = {
    "jr": "jr", "jnr": "jr", "junior": "jr", "sr": "sr", "snr": "sr", "senior": "sr",
    "ii": "ii", "2nd": "ii", "iii": "iii", "3rd": "iii", "iv": "iv", "4th": "iv",
}  # fmt: skip
"""Last word of a name → generation."""
_MOST_VALUES: Final = 30
"""Different values of one cluster that are compared with each other."""


class Concern(NamedTuple):
    """Something about two rows of a cluster that a person should look at.

    Attributes:
        reason: What it is, in words.
        rows: The two rows.
    """

    reason: str
    rows: tuple[int, int]


class NameParts(NamedTuple):
    """The parts of a row's name, folded."""

    first: str
    middle: str
    last: str
    generation: str
    second: str = ""


def read_name_parts(clusters: Iterable[Sequence[int]], members: Members) -> dict[int, NameParts]:
    """Return the name parts of the rows of clusters in which whole names differ."""
    folded = members.folded.get(WHOLE_NAME, {})
    rows = [row for of in clusters if len({folded.get(row, "") for row in of} - {""}) > 1 for row in of]
    if not rows:
        return {}
    texts = {name: as_text([members.values.get(name, {}).get(row) for row in rows]) for name in NAMES}
    parts = name_parts(pl.DataFrame(texts, schema=dict.fromkeys(NAMES, pl.String)).fill_null(""))
    found = parts.select("first", "middle", "last", "second").iter_rows()
    return {
        row: NameParts(first, middle, last, _GENERATIONS.get(folded[row].rpartition(" ")[2], ""), second)
        for row, (first, middle, last, second) in zip(rows, found, strict=True)
    }


def concerns(
    rows: Sequence[int], possible: Sequence[int], members: Members, parts: Mapping[int, NameParts]
) -> Iterator[Concern]:
    """Yield what speaks against merging rows without a person's yes."""
    yield from _of_statuses(rows, survivor(possible, members), members)
    yield from _of_companies(rows, members)
    for a, b in combinations([row for row in _one_of_each(rows, parts) if row in parts], 2):
        if reason := _names_differ(parts[a], parts[b]):
            yield Concern(reason, (a, b))


def review_table(lines: Iterable[tuple[str, list[Any], Sequence[str]]], rows: ClusteredRows) -> pl.DataFrame:
    """Return clusters that wait for a person, with their reasons.

    Args:
        lines: Cluster id, names of its rows, and the reasons.
        rows: All rows, whose names give the type of the column ``rows``.
    """
    columns = list(zip(*lines, strict=True)) or [(), (), ()]
    return pl.DataFrame(
        {
            "cluster_id": pl.Series(columns[0], dtype=pl.String),
            "rows": pl.Series(columns[1], dtype=pl.List(rows.name_type)),
            "reason": pl.Series(["; ".join(reasons) for reasons in columns[2]], dtype=pl.String),
        }
    )


def newly_opted_out(
    clusters: Iterable[tuple[str, Sequence[int]]], statuses: Sequence[Any], losers: Collection[int]
) -> Iterator[tuple[str, int, int]]:
    """Yield each merged cluster whose survivor opts out by the merge: its id, the survivor and the row that did."""
    for cluster, rows in clusters:
        surviving = next(row for row in rows if row not in losers)
        out = [row for row in rows if is_opted_out(status_word(statuses[row]))]
        if out and surviving not in out:
            yield cluster, surviving, out[0]


def _of_statuses(rows: Sequence[int], surviving: int, members: Members) -> Iterator[Concern]:
    statuses = members.values.get("status")
    if statuses is None:
        return
    words = {row: status_word(statuses[row]) for row in rows}
    if is_opted_out(words[surviving]):
        yield from (Concern(INTO_OPTED_OUT, (surviving, row)) for row in rows if not is_opted_out(words[row]))
        return
    if any(map(is_opted_out, words.values())):
        return
    known = {*FUNNEL, ""}
    for a, b in combinations(_one_of_each(rows, words), 2):
        if words[a] != words[b] and "" not in (words[a], words[b]) and not {words[a], words[b]} <= known:
            yield Concern(UNKNOWN_STATUS, (a, b))
        elif {words[a], words[b]} == {"qualified", "disqualified"}:
            yield Concern(OPPOSITE, (a, b))


def _of_companies(rows: Sequence[int], members: Members) -> Iterator[Concern]:
    names, folded = members.values.get("company_name"), members.folded.get("company_name", {})
    domains = members.spelled.get("company_name", {})
    if names is None:
        return
    named = [row for row in rows if folded[row] and is_identifying(str(names[row]), "company")]
    keys = {row: (folded[row], domains[row]) for row in named}
    for a, b in combinations(_one_of_each(named, keys), 2):
        if _companies_differ(folded[a], folded[b], {*domains[a]}, {*domains[b]}):
            yield Concern(COMPANIES, (a, b))


def _one_of_each(rows: Sequence[int], values: Mapping[int, Any]) -> list[int]:
    """Return one row of each different value, the first."""
    first = {values[row]: row for row in reversed(rows) if row in values}
    return sorted(first.values())[:_MOST_VALUES]


def _companies_differ(a: str, b: str, domains_a: set[str], domains_b: set[str]) -> bool:
    """Return whether two folded names are two companies: neither is the other's abbreviation, and no domain is shared.

    >>> _companies_differ("dental technologies", "dental tech", set(), set())
    False
    >>> _companies_differ("golden nugget hotel", "stefanos", set(), set())
    True
    >>> [_companies_differ(*names, set(), set()) for names in (("solar e", "solar i"), ("st marys", "saint marys"))]
    [True, False]
    """
    from rapidfuzz.distance import Jaro

    a, b = (" ".join(ABBREVIATED.get(word, word) for word in name.split()) for name in (a, b))
    if a == b or domains_a & domains_b:
        return False
    if marks_differ(a, b):
        return True
    joined, words = (a.replace(" ", ""), b.replace(" ", "")), (a.split(), b.split())
    if any(name in domains for name, domains in zip(joined, (domains_b, domains_a), strict=True)):
        return False
    initials = ["".join(word[0] for word in of) for of in words]
    if joined[0] == initials[1] or joined[1] == initials[0] or {*words[0]} <= {*words[1]} or {*words[1]} <= {*words[0]}:
        return False
    if all(x.startswith(y) or y.startswith(x) for x, y in zip(*words, strict=False)):
        return False
    return Jaro.similarity(*joined) < _ALIKE


def _names_differ(a: NameParts, b: NameParts) -> str:
    """Return in which part two names of one given and family name differ; "" for none.

    >>> john = NameParts("john", "a", "smith", "")
    >>> _names_differ(john, john._replace(middle="b")), _names_differ(john, john._replace(middle="albert"))
    ('different middle names or family names', '')
    >>> ruiz, lopez = (NameParts("jose", "perez", last, "", "perez") for last in ("ruiz", "lopez"))
    >>> _names_differ(ruiz, lopez)  # a third row, José Pérez, may be either
    'different middle names or family names'
    """
    if a.generation and b.generation and a.generation != b.generation:
        return GENERATIONS
    if a.second and b.second and _lacks_one(a, b) and _lacks_one(b, a):
        return MIDDLE_NAMES
    if (a.first, a.last) != (b.first, b.last) or not a.middle or not b.middle:
        return ""
    pairs = zip(a.middle.split(), b.middle.split(), strict=False)
    same = all(_is_same_word(x, y) for x, y in pairs) or {*a.middle.split()} & {*b.middle.split()}
    return "" if same else MIDDLE_NAMES


def _lacks_one(a: NameParts, b: NameParts) -> bool:
    """Return whether a name lacks one of the two family names of another."""
    return any(all(not _is_same_word(one, other) for other in (a.second, a.last)) for one in (b.second, b.last))


def _is_same_word(a: str, b: str) -> bool:
    from rapidfuzz.distance import OSA

    if a.startswith(b) or b.startswith(a):
        return True
    return min(len(a), len(b)) > 3 and OSA.distance(a, b, score_cutoff=1) <= 1  # noqa: PLR2004 - letters of a name
